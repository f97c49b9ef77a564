package variation

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"cartconform/spec"
)

func twin() spec.Request {
	return spec.Request{
		Method: "POST", URL: "https://example.com/stage/carts/a%20b/items?x=1&region=US&y=%26", Header: http.Header{"Content-Type": {"application/json"}},
		Body: []byte(`{"items":[{"quantity":1.50,"name":"n"}]}`),
	}
}

func TestChanges(t *testing.T) {
	number := func(any) (any, error) { return 7, nil }
	for name, c := range map[string]struct {
		change    Change
		url, body string // "" = as before
	}{
		"a parameter is replaced, the others stay as they are written": {Query("region", &[]string{"D&E"}[0]), "https://example.com/stage/carts/a%20b/items?x=1&y=%26&region=D%26E", ""},
		"a parameter is left out":                                      {Query("region", nil), "https://example.com/stage/carts/a%20b/items?x=1&y=%26", ""},
		"a parameter stands twice":                                     {RawQuery("region", func(parts []string) []string { return append(parts, "region=%55S") }), "https://example.com/stage/carts/a%20b/items?x=1&y=%26&region=US&region=%55S", ""},
		"a segment is escaped":                                         {Path("/carts/{id}/items", "id", "c/d"), "https://example.com/stage/carts/c%2Fd/items?x=1&region=US&y=%26", ""},
		"a segment is taken as written":                                {RawPath("/carts/{id}/items", "id", func(now string) string { return now + "%00" }), "https://example.com/stage/carts/a%20b%00/items?x=1&region=US&y=%26", ""},
		"a value is replaced":                                          {Body([]string{"items", "0", "quantity"}, number), "", `{"items":[{"name":"n","quantity":7}]}`},
		"a value is added, and numbers stay as they are written":       {Body([]string{"items", "0", "z"}, number), "", `{"items":[{"name":"n","quantity":1.50,"z":7}]}`},
		"the document is replaced":                                     {Body(nil, number), "", "7"},
		"a member is left out":                                         {Drop([]string{"items", "0", "name"}), "", `{"items":[{"quantity":1.50}]}`},
		"the bytes are replaced":                                       {Raw(func(now []byte) []byte { return now[:2] }), "", `{"`},
	} {
		before := twin()
		got, err := c.change.Of(before)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want := twin(); c.url != "" && got.URL != c.url || c.url == "" && got.URL != want.URL {
			t.Errorf("%s: wanted %s, got %s", name, c.url, got.URL)
		}
		if c.body != "" && string(got.Body) != c.body {
			t.Errorf("%s: wanted %s, got %s", name, c.body, got.Body)
		}
		if _, err := url.Parse(got.URL); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if before.URL != twin().URL || string(before.Body) != string(twin().Body) {
			t.Errorf("%s: wanted the twin unchanged, got %+v", name, before)
		}
	}
}

func TestChangesThatCannotBeMade(t *testing.T) {
	for name, c := range map[string]struct {
		change Change
		want   error
	}{
		"no such element":     {Body([]string{"items", "3"}, func(any) (any, error) { return 1, nil }), ErrLacks},
		"no such member":      {Drop([]string{"items", "0", "other"}), ErrLacks},
		"no such path":        {Path("/a/b/c/d/e/f/g/h/{id}/i", "other", "x"), ErrLacks},
		"the same media type": {Header("Content-Type", "application/json"), ErrSame},
	} {
		if _, err := c.change.Of(twin()); !errors.Is(err, c.want) {
			t.Errorf("%s: wanted %v, got %v", name, c.want, err)
		}
	}
	if _, err := Body([]string{"a"}, nil).Of(spec.Request{Body: []byte("{")}); err == nil {
		t.Error("wanted an error for a body that cannot be read, got none")
	}
}
