// An application that lives in the browser: npm oidc-client-ts, a public client, no server of its own.
const { IndexedDbDPoPStore, UserManager } = window.oidc;
const settings = await (await fetch('/settings.json')).json();
const { bound, ...given } = settings;
const manager = new UserManager({
  ...given,
  redirect_uri: `${location.origin}/callback`,
  post_logout_redirect_uri: `${location.origin}/`,
  loadUserInfo: !bound, // the library asks for it without a proof, whatever the token is bound to
  automaticSilentRenew: true,
  revokeTokensOnSignout: true,
  ...(bound && { dpop: { store: new IndexedDbDPoPStore(), bind_authorization_code: true } }),
});
const place = (id) => document.getElementById(id);
const userinfo = async (user) => {
  const address = await manager.metadataService.getUserInfoEndpoint();
  const proof = await manager.dpopProof(address, user, 'GET');
  const headers = { Authorization: `DPoP ${user.access_token}`, DPoP: proof };
  return (await fetch(address, { headers })).json();
};
const show = async (user) => {
  const { profile, token_type } = user;
  const told = bound ? { ...profile, ...(await userinfo(user)) } : profile;
  place('user').textContent = JSON.stringify({ profile: told, token_type });
};
const complain = (error) => {
  place('error').textContent = error.error ?? String(error);
};

let renewals = 0;
manager.events.addUserLoaded((user) => {
  if (location.pathname === '/callback') return;
  renewals += 1;
  show(user).then(() => {
    place('renewed').textContent = renewals;
  }, complain);
});
manager.events.addSilentRenewError(complain);
place('sign-in').onclick = () => manager.signinRedirect().catch(complain);
place('look').onclick = () => manager.signinRedirect({ prompt: 'none' }).catch(complain);
place('sign-out').onclick = () => manager.signoutRedirect().catch(complain);

if (location.pathname === '/callback') {
  await manager.signinCallback().then(() => location.replace('/'), complain);
} else {
  const user = await manager.getUser();
  if (user) show(user).catch(complain);
  else place('user').textContent = 'nobody';
}
