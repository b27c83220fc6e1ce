# GitLab's omniauth_openid_connect, as its README has it, behind Sinatra.
require "sinatra/base"
require "json"
require "omniauth_openid_connect"

SWD.url_builder = URI::HTTP # the issuer of this test has no TLS

class Program < Sinatra::Base
  set :bind, "127.0.0.1"
  set :port, ENV["PORT"].to_i
  set :server, "webrick"
  set :environment, :production
  set :sessions, secret: "only-for-this-test" * 4
  use Rack::Session::Cookie, secret: "only-for-this-test" * 4
  OmniAuth.config.allowed_request_methods = %i[get post]
  OmniAuth.config.silence_get_warning = true
  use OmniAuth::Builder do
    provider :openid_connect, {
      name: :openid_connect,
      scope: %i[openid email profile],
      response_type: :code,
      issuer: ENV["ISSUER"],
      discovery: true,
      client_options: {
        identifier: ENV["CLIENT_ID"],
        secret: ENV["CLIENT_SECRET"],
        redirect_uri: ENV["REDIRECT_URI"],
      },
    }
  end

  get("/") { "home" }
  get "/auth/openid_connect/callback" do
    told = request.env["omniauth.auth"]
    session[:user] = { sub: told.uid, name: told.info.name, email: told.info.email }.to_json
    redirect "/me"
  end
  get("/auth/failure") { [403, params.to_json] }
  get("/me") { session[:user] || [401, "nobody"] }
  get "/bye" do
    session.clear
    redirect "/auth/openid_connect/logout"
  end
  run!
end
