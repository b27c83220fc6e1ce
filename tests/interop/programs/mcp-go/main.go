// The Go SDK's client, as its example "auth/client" has it, with the person of the test beside it.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/url"
	"os"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
)

const callback = "http://localhost:4712/callback"

var (
	in    = bufio.NewReader(os.Stdin)
	asked []map[string]string
)

func say(message any) {
	line, _ := json.Marshal(message)
	fmt.Println(string(line))
}

func read() map[string]any {
	line, _ := in.ReadBytes('\n')
	told := map[string]any{}
	_ = json.Unmarshal(line, &told)
	return told
}

func browse(_ context.Context, args *auth.AuthorizationArgs) (*auth.AuthorizationResult, error) {
	sent, _ := url.Parse(args.URL)
	query := map[string]string{}
	for name := range sent.Query() {
		query[name] = sent.Query().Get(name)
	}
	asked = append(asked, query)
	say(map[string]any{"browse": args.URL})
	address, _ := read()["landed"].(string)
	landed, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	answer := landed.Query()
	return &auth.AuthorizationResult{
		Code: answer.Get("code"), State: answer.Get("state"), Iss: answer.Get("iss"),
	}, nil
}

func main() {
	settings := read()
	config := &auth.AuthorizationCodeHandlerConfig{
		RedirectURL: callback, AuthorizationCodeFetcher: browse, RequestRefreshToken: true,
	}
	if document, ok := settings["document"].(string); ok {
		config.ClientIDMetadataDocumentConfig = &auth.ClientIDMetadataDocumentConfig{URL: document}
	} else {
		config.DynamicClientRegistrationConfig = &auth.DynamicClientRegistrationConfig{
			Metadata: &oauthex.ClientRegistrationMetadata{
				ClientName:   "Go",
				RedirectURIs: []string{callback},
				GrantTypes:   []string{"authorization_code", "refresh_token"},
			},
		}
	}
	handler, err := auth.NewAuthorizationCodeHandler(config)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	client := mcp.NewClient(&mcp.Implementation{Name: "toy", Version: "1.0.0"}, nil)
	server, _ := settings["server"].(string)
	transport := &mcp.StreamableClientTransport{Endpoint: server, OAuthHandler: handler}
	session, err := client.Connect(ctx, transport, nil)
	if err != nil {
		log.Fatal(err)
	}
	told := map[string]any{"sum": call(ctx, session, "add", map[string]any{"a": 2, "b": 3})}
	if settings["step_up"] == true {
		told["erased"] = call(ctx, session, "erase", map[string]any{})
	}
	told["asked"] = asked
	say(map[string]any{"told": told})
}

func call(ctx context.Context, session *mcp.ClientSession, name string, arguments map[string]any) string {
	result, err := session.CallTool(ctx, &mcp.CallToolParams{Name: name, Arguments: arguments})
	if err != nil {
		log.Fatal(err)
	}
	return result.Content[0].(*mcp.TextContent).Text
}
