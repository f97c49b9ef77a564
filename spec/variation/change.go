// Package variation makes other requests of good ones: the operations of a
// contract with an example request each, and changes of one place of a request.
// What the changed requests are for, and what must be shown of them before they
// are sent, is for the packages that make them: spec/negative and spec/allowed.
package variation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cartconform/spec"
)

// Reasons why a change cannot be made.
var (
	ErrTwin  = errors.New("the twin is not a good request") // both validators must call it valid
	ErrLacks = errors.New("the twin lacks the place to change")
	ErrSame  = errors.New("the change changes nothing")
)

// Change changes a request in place. Of hands it a copy.
type Change func(request *spec.Request) error

// Of makes a changed copy of a twin. The errors are ErrLacks, ErrSame or say what
// of the twin could not be read.
func (c Change) Of(twin spec.Request) (spec.Request, error) {
	changed := twin
	changed.Header = twin.Header.Clone()
	if changed.Header == nil {
		changed.Header = http.Header{}
	}
	changed.Body = bytes.Clone(twin.Body)
	if err := c(&changed); err != nil {
		return spec.Request{}, err
	}
	if changed.URL == twin.URL && bytes.Equal(changed.Body, twin.Body) && maps.EqualFunc(changed.Header, twin.Header, slices.Equal) {
		return spec.Request{}, ErrSame
	}
	return changed, nil
}

// MustBeGood is ErrTwin unless a twin is a request of the operation that both
// validators call valid.
func MustBeGood(c *spec.Contract, operation string, twin spec.Request) error {
	if found := c.Route(twin); found != operation {
		return fmt.Errorf("%w: wanted a request of %s, got one of %q", ErrTwin, operation, found)
	}
	if kin, second := c.Invalid(twin); len(kin)+len(second) > 0 {
		return fmt.Errorf("%w: kin-openapi says %q, jsonschema says %q", ErrTwin, kin, second)
	}
	return nil
}

// Body replaces the value at the tokens of a JSON pointer, the whole document if
// there are none; make gets what is there now, nil for nothing.
func Body(tokens []string, make func(now any) (any, error)) Change {
	if len(tokens) == 0 {
		return editDocument(make)
	}
	return editBody(tokens, func(holder any, token string) error {
		switch holder := holder.(type) {
		case map[string]any:
			value, err := make(holder[token])
			if err == nil {
				holder[token] = value
			}
			return err
		case []any:
			index, err := strconv.Atoi(token)
			if err != nil || index < 0 || index >= len(holder) {
				return ErrLacks
			}
			value, err := make(holder[index])
			if err == nil {
				holder[index] = value
			}
			return err
		}
		return ErrLacks
	})
}

// Drop removes a property.
func Drop(tokens []string) Change {
	return editBody(tokens, func(holder any, token string) error {
		object, _ := holder.(map[string]any)
		if _, there := object[token]; !there {
			return ErrLacks
		}
		delete(object, token)
		return nil
	})
}

// editBody lets edit change what holds the last token.
func editBody(tokens []string, edit func(holder any, token string) error) Change {
	return editDocument(func(document any) (any, error) {
		last := len(tokens) - 1
		holder, ok := spec.Lookup(document, spec.Pointer(tokens[:last]...))
		if !ok {
			return nil, ErrLacks
		}
		return document, edit(holder, tokens[last])
	})
}

// editDocument decodes the body and encodes what edit makes of it. Numbers stay
// as they are written.
func editDocument(edit func(now any) (any, error)) Change {
	return func(request *spec.Request) error {
		document, err := spec.Decode(request.Body)
		if err != nil {
			return fmt.Errorf("reading the twin's body: %w", err)
		}
		if document, err = edit(document); err != nil {
			return err
		}
		request.Body, err = json.Marshal(document)
		return err
	}
}

// Raw replaces the body's bytes.
func Raw(make func(now []byte) []byte) Change {
	return func(request *spec.Request) error {
		request.Body = make(request.Body)
		return nil
	}
}

// Header replaces a header; "" removes it.
func Header(name, value string) Change {
	return func(request *spec.Request) error {
		if value == "" {
			request.Header.Del(name)
		} else {
			request.Header.Set(name, value)
		}
		return nil
	}
}

// Query replaces a query parameter, or adds it; nil removes it. The others
// stay as they are written.
func Query(name string, value *string) Change {
	return RawQuery(name, func([]string) []string {
		if value == nil {
			return nil
		}
		return []string{url.QueryEscape(name) + "=" + url.QueryEscape(*value)}
	})
}

// RawQuery replaces all parts of a query that name one parameter, as they are
// written ("region=US"). The others stay as they are, before it.
func RawQuery(name string, rewrite func(parts []string) []string) Change {
	return func(request *spec.Request) error {
		base, query, _ := strings.Cut(request.URL, "?")
		var named, parts []string
		for part := range strings.SplitSeq(query, "&") {
			key, _, _ := strings.Cut(part, "=")
			switch plain, err := url.QueryUnescape(key); {
			case part == "":
			case err == nil && plain == name:
				named = append(named, part)
			default:
				parts = append(parts, part)
			}
		}
		parts = append(parts, rewrite(named)...)
		request.URL = base
		if len(parts) > 0 {
			request.URL += "?" + strings.Join(parts, "&")
		}
		return nil
	}
}

// Path replaces a path parameter.
func Path(template, name, value string) Change {
	return RawPath(template, name, func(string) string { return url.PathEscape(value) })
}

// RawPath replaces the segment of a path parameter as it is written. The
// description's path is matched from its end, since a target's base URL may have
// a path of its own.
func RawPath(template, name string, rewrite func(segment string) string) Change {
	return func(request *spec.Request) error {
		base, query, hasQuery := strings.Cut(request.URL, "?")
		segments, wanted := strings.Split(base, "/"), strings.Split(template, "/")
		for i := range wanted {
			if wanted[len(wanted)-1-i] != "{"+name+"}" {
				continue
			}
			at := len(segments) - 1 - i
			if at < 0 {
				return ErrLacks
			}
			segments[at] = rewrite(segments[at])
			request.URL = strings.Join(segments, "/")
			if hasQuery {
				request.URL += "?" + query
			}
			return nil
		}
		return ErrLacks
	}
}
