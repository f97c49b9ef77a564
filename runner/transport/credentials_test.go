package transport_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"cartconform/runner/description"
	"cartconform/runner/redact"
	"cartconform/runner/transport"
	"cartconform/spec"
	"cartconform/suites/stage"
)

func TestCredentials(t *testing.T) {
	var got http.Header
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.Header })
	tr := open(t, base, func(o *transport.Options) {
		o.HTTP.Headers = http.Header{"X-Amz-Access-Token": {"good"}, "X-Stage": {"test"}, "Authorization": {"Basic eA=="}}
		o.HTTP.BadHeaders = http.Header{"X-Amz-Access-Token": {"bad"}}
	})
	tests := []struct {
		name   string
		call   stage.Call
		token  string
		basic  string
		absent string
	}{
		{"valid", stage.Call{}, "good", "Basic eA==", ""},
		{"bad", stage.Call{Credentials: stage.Bad}, "bad", "", "Authorization"},
		{"none", stage.Call{Credentials: stage.None}, "", "", "X-Amz-Access-Token"},
		{"own", stage.Call{Header: http.Header{"x-amz-access-token": {"mine"}}}, "mine", "Basic eA==", ""},
		{"suppressed", stage.Call{Header: http.Header{"X-Amz-Access-Token": nil, "User-Agent": nil}}, "", "Basic eA==", "User-Agent"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.call.Method, test.call.Path = "GET", "/"
			x := tr.Send(context.Background(), test.call)
			if x.Err != nil {
				t.Fatal(x.Err)
			}
			if got.Get("X-Amz-Access-Token") != test.token || got.Get("Authorization") != test.basic || got.Get("X-Stage") != "test" {
				t.Errorf("got %v", got)
			}
			if _, there := got[test.absent]; there {
				t.Errorf("wanted no %s, got %v", test.absent, got)
			}
			if x.Request.Header.Get("X-Amz-Access-Token") != test.token && test.name != "own" {
				t.Errorf("wanted the exchange to show what was sent, got %v", x.Request.Header)
			}
		})
	}
}

func TestLoginWithAmazon(t *testing.T) {
	var mu sync.Mutex
	fetched := 0
	status := http.StatusOK
	login := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		fetched++
		if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || r.Header.Get("Authorization") != "" {
			t.Errorf("wanted a form without Authorization, got %v", r.Header)
		}
		for field, want := range map[string]string{"grant_type": "refresh_token", "refresh_token": "Atzr|1", "client_id": "client", "client_secret": "s&cret"} {
			if got := r.PostFormValue(field); got != want {
				t.Errorf("%s: wanted %q, got %q", field, want, got)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		if status != http.StatusOK {
			w.Write([]byte(`{"error":"invalid_grant","error_description":"s&cret is wrong"}`))
			return
		}
		w.Write([]byte(`{"access_token":"Atza|fetched","token_type":"bearer","expires_in":3600}`))
	})
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(r.Header.Get("X-Amz-Access-Token")))
	})
	redactor := redact.New(nil)
	lwa := func(o *transport.Options) {
		o.HTTP.Auth = &description.LWA{ClientID: "client", ClientSecret: "s&cret", RefreshToken: "Atzr|1", TokenURL: login}
		o.Redactor = redactor
	}
	tr := open(t, base, lwa)
	var lanes sync.WaitGroup
	for range 4 {
		lanes.Go(func() {
			if x := get(tr); x.Err != nil || string(x.Response.Body) != "Atza|fetched" {
				t.Errorf("wanted the fetched token, got %+v, %v", x.Response, x.Err)
			}
		})
	}
	lanes.Wait()
	if fetched != 1 {
		t.Errorf("wanted one token request, got %d", fetched)
	}
	if got := redactor.String("token Atza|fetched"); got != "token [redacted]" {
		t.Errorf("wanted the token to be redacted, got %q", got)
	}
	x := tr.Send(context.Background(), stage.Call{Method: "GET", Path: "/", Credentials: stage.None})
	if x.Err != nil || len(x.Response.Body) != 0 {
		t.Errorf("wanted no token, got %q, %v", x.Response.Body, x.Err)
	}

	mu.Lock()
	status = http.StatusBadRequest
	mu.Unlock()
	x = get(open(t, base, lwa))
	if kind(t, x) != transport.Token || x.Attempts != 0 {
		t.Fatalf("wanted a token error, got %v", x.Err)
	}
	if text := x.Err.Error(); !strings.Contains(text, `400 "invalid_grant"`) || strings.Contains(text, "s&cret") {
		t.Errorf("wanted status and code alone, got %q", text)
	}
}

func TestRecordAndIDs(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("{}")) })
	var mu sync.Mutex
	seen := make(map[string]*spec.Exchange)
	tr := open(t, base, func(o *transport.Options) {
		o.IDPrefix = "3"
		o.Record = func(x *spec.Exchange) {
			mu.Lock()
			defer mu.Unlock()
			if seen[x.ID] != nil {
				t.Errorf("id %s twice", x.ID)
			}
			seen[x.ID] = x
		}
	})
	var lanes sync.WaitGroup
	for lane := range 4 {
		lanes.Go(func() {
			for range 10 {
				x := tr.Send(context.Background(), stage.Call{Operation: "getCart", Method: "GET", Path: "/", Spec: "s", Lane: lane, Body: []byte("ab")})
				mu.Lock()
				if seen[x.ID] != x {
					t.Errorf("wanted %s to be recorded before it is returned", x.ID)
				}
				if x.Lane != lane || x.Spec != "s" || x.Operation != "getCart" || x.Request.URL != base+"/" {
					t.Errorf("got %+v", x)
				}
				mu.Unlock()
			}
		})
	}
	lanes.Wait()
	if seen["x-3-000040"] == nil || len(seen) != 40 {
		t.Errorf("wanted 40 ids to x-3-000040, got %d", len(seen))
	}
	stats := tr.Stats()
	if stats.Requests["getCart"] != 40 || stats.BytesSent != 80 || stats.BytesReceived != 80 || stats.Retries != 0 || stats.RetriesLeft != 100 {
		t.Errorf("got %+v", stats)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, base := range []string{"", "ftp://x", "http://", "https://u:p@x", "https://x?y", "https://x#y"} {
		if _, err := transport.New(transport.Options{HTTP: description.HTTP{BaseURL: parse(t, base)}}); err == nil {
			t.Errorf("%s: wanted an error", base)
		}
	}
	if _, err := transport.New(transport.Options{}); err == nil {
		t.Error("wanted an error without a base URL")
	}
}

func TestErrorsHoldNoSecret(t *testing.T) {
	server := serveRaw(t, answering(0, "HTTP/1.1 secret-value OK\r\n\r\n"))
	tr := open(t, server.url, func(o *transport.Options) {
		o.Redactor = redact.New([]redact.Secret{{Name: "X", Value: "secret-value"}})
		o.HTTP.Timeout = time.Second
	})
	x := get(tr)
	if kind(t, x) != transport.Protocol || strings.Contains(x.Err.Error(), "secret-value") {
		t.Errorf("wanted a redacted error, got %v", x.Err)
	}
}
