# Mojolicious::Plugin::OAuth2, as its documents have it.
use Mojolicious::Lite -signatures;

plugin OAuth2 => {
  providers => {
    qiao => {
      key            => $ENV{CLIENT_ID},
      secret         => $ENV{CLIENT_SECRET},
      well_known_url => "$ENV{ISSUER}/.well-known/openid-configuration",
      scope          => 'openid profile email offline_access',
    },
  },
};
my ($known, $refresh);

get '/' => {text => 'home'};
get '/login' => sub ($c) {
  my %query = (response_type => 'code', nonce => join '', map { int rand 10 } 1 .. 30);
  my %asked = (redirect_uri => $ENV{REDIRECT_URI}, authorize_query => \%query);
  return $c->oauth2->get_token_p(qiao => \%asked)->then(sub ($told) {
    return unless $told;    # on the way to Qiao
    $refresh = $told->{refresh_token};
    return $c->ua->get_p("$ENV{ISSUER}/userinfo",
      {Authorization => "Bearer $told->{access_token}"});
  })->then(sub ($tx = undef) {
    return unless $tx;
    $known = $tx->res->json;
    $c->redirect_to('/me');
  })->catch(sub ($error) { $c->render(text => $error, status => 500) });
};
get '/me' => sub ($c) { $known ? $c->render(json => $known) : $c->render(text => 'nobody', status => 401) };
get '/refresh' => sub ($c) {
  return $c->oauth2->get_refresh_token_p(qiao => {refresh_token => $refresh})
    ->then(sub ($told) { $c->render(json => {scope => $told->{scope}}) })
    ->catch(sub ($error) { $c->render(text => $error, status => 500) });
};
app->secrets(['only-for-this-test']);
app->start('daemon', '-l', "http://127.0.0.1:$ENV{PORT}");
