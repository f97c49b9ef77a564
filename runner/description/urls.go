package description

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"cartconform/runner/redact"
)

// endpoint is a base URL without its credentials.
type endpoint struct {
	url           *url.URL
	authorization string // value of the header that its user-info stands for; "" for none
	userInfo      string // "user:password"; "" for none
	secret        string // of it: the password, or a name alone
}

// secrets lists what must not be shown of the endpoint; prefix begins their names.
func (e endpoint) secrets(prefix string) []redact.Secret {
	if e.userInfo == "" {
		return nil
	}
	return []redact.Secret{{Name: prefix + "_PASSWORD", Value: e.secret}, {Name: prefix + "_USER_INFO", Value: e.userInfo}}
}

// HideUserInfo replaces the user-info of a URL that stands in a text, as in
// "--target=https://user:pw@host".
func HideUserInfo(text string) string {
	before, _, after, found := cutUserInfo(text)
	if !found {
		return text
	}
	return before + redact.Mark + "@" + after
}

// urlReferences reports whether ${NAME} stands only where a URL may have it:
// as the whole value, or in the user-info.
func urlReferences(text string) bool {
	if variable.FindString(text) == text {
		return true
	}
	scheme, info, rest, found := cutUserInfo(text)
	return found && !strings.Contains(scheme+rest, "${") && info != ""
}

// cutUserInfo cuts "https://user:pw@host/x" into "https://", "user:pw" and "host/x".
// A scheme that was forgotten changes nothing.
func cutUserInfo(text string) (scheme, info, rest string, found bool) {
	rest = text
	if i := strings.Index(text, "//"); i >= 0 && !strings.Contains(text[:i], "@") {
		scheme, rest = text[:i+2], text[i+2:]
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@')
	if at < 0 {
		return scheme, "", rest, false
	}
	return scheme, rest[:at], rest[at+1:], true
}

// literalPassword reports whether the user-info of a URL has a password, or is
// a name alone, that is written out.
func literalPassword(text string) bool {
	_, info, _, found := cutUserInfo(text)
	if !found {
		return false
	}
	if _, password, has := strings.Cut(info, ":"); has {
		info = password
	}
	return !variable.MatchString(info)
}

// parseEndpoint reads a base URL. expand replaces variables in its user-info,
// which is not percent-decoded. Its errors never show the user-info.
func parseEndpoint(text string, expand func(string) string) (endpoint, error) {
	scheme, info, rest, hasInfo := cutUserInfo(text)
	shown := scheme + rest
	u, err := url.Parse(shown)
	if err != nil {
		var parse *url.Error
		if errors.As(err, &parse) {
			err = parse.Err
		}
		return endpoint{}, fmt.Errorf("wanted a URL such as https://cart.example.com, got %q: %w", shown, err)
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return endpoint{}, fmt.Errorf("wanted a URL that starts with https:// or http://, got %q", shown)
	case u.Opaque != "" || u.Hostname() == "" || u.User != nil:
		return endpoint{}, fmt.Errorf("wanted a URL with a host, got %q", shown)
	case u.RawQuery != "" || u.ForceQuery:
		return endpoint{}, fmt.Errorf("wanted a URL without a query, got %q", shown)
	case strings.Contains(shown, "#"):
		return endpoint{}, fmt.Errorf("wanted a URL without a fragment, got %q", shown)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	out := endpoint{url: u}
	if hasInfo {
		info = expand(info)
		out.userInfo, out.secret = info, info
		if _, password, has := strings.Cut(info, ":"); has {
			out.secret = password
		}
		out.authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte(info))
	}
	return out, nil
}
