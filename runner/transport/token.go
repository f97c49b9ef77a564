package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"golang.org/x/oauth2"

	"cartconform/runner/redact"
)

// tokenName is the variable that stands for a fetched access token.
const tokenName = "AMZ_ACCESS_TOKEN"

// tokenSource fetches access tokens from Login with Amazon and keeps them until
// shortly before they expire.
type tokenSource struct {
	config   oauth2.Config
	client   *http.Client
	redactor *redact.Redactor
	gate     chan struct{} // held while token is looked at
	token    *oauth2.Token // the last one, with the refresh token in force
}

func newTokenSource(o *Options) *tokenSource {
	auth := o.HTTP.Auth
	return &tokenSource{
		config: oauth2.Config{
			ClientID: auth.ClientID, ClientSecret: auth.ClientSecret,
			Endpoint: oauth2.Endpoint{TokenURL: auth.TokenURL, AuthStyle: oauth2.AuthStyleInParams},
		},
		client: &http.Client{
			Transport:     newClient(o, false),
			Timeout:       o.HTTP.Timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		redactor: o.Redactor,
		gate:     make(chan struct{}, 1),
		token:    &oauth2.Token{RefreshToken: auth.RefreshToken},
	}
}

// get returns an access token that is good for a while. Its error is an *Error.
func (s *tokenSource) get(ctx context.Context) (string, error) {
	select {
	case s.gate <- struct{}{}:
		defer func() { <-s.gate }()
	case <-ctx.Done():
		return "", interrupted("while waiting for the access token", ctx.Err())
	}
	if s.token.Valid() {
		return s.token.AccessToken, nil
	}
	fetch := context.WithValue(ctx, oauth2.HTTPClient, s.client)
	token, err := s.config.TokenSource(fetch, &oauth2.Token{RefreshToken: s.token.RefreshToken}).Token()
	if err != nil {
		return "", s.failure(ctx, err)
	}
	if s.redactor != nil {
		s.redactor.Add(redact.Secret{Name: tokenName, Value: token.AccessToken})
		s.redactor.Add(redact.Secret{Name: "REFRESH_TOKEN", Value: token.RefreshToken})
	}
	s.token = token
	return token.AccessToken, nil
}

// failure says why there is no token, without the answer's body, which may
// repeat the credentials.
func (s *tokenSource) failure(ctx context.Context, err error) *Error {
	if ctx.Err() != nil {
		return interrupted("while fetching the access token", ctx.Err())
	}
	text := s.redactor.String(err.Error())
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		text = fmt.Sprintf("it answered %d", refused.Response.StatusCode)
		if refused.ErrorCode != "" {
			text += fmt.Sprintf(" %q", s.redactor.String(refused.ErrorCode))
		}
	}
	return &Error{Kind: Token, Text: "the token endpoint gave no access token: " + text + "; check target.auth.lwa"}
}
