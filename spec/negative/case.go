// Package negative generates requests that break the contract in exactly one
// point, from the description alone. A case is static, so that specs can be
// declared before anything runs; it is applied to a good request with live data
// (its twin) when the spec runs, and is proven again at that moment: both
// validators must call the twin valid and the bad request invalid, in the form
// in which it is sent. What cannot be proven is not sent, since a service that
// accepts it would be right.
package negative

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"cartconform/spec"
)

// Case is one way to break one operation's request.
type Case struct {
	ID          string // stable, e.g. "addItems/body/items/0/quantity/below-minimum"
	Operation   string // operationId
	Requirement string // id that an acceptance breaks; "" when the answer is only observed
	Refusal     string // what counts as refusing: Status, StatusOrRejection or State
	What        string // one sentence: what is sent
	Differs     string // the one point in which it differs from its twin

	contract *spec.Contract
	change   change
}

// The values of Case.Refusal.
const (
	Status            = "status"              // an answer of 4xx
	StatusOrRejection = "status-or-rejection" // that, or a success that lists the item in rejectedItems and not in items
	State             = "state"               // any answer below 500, as long as the cart stays as it was
)

// Reasons why a case cannot be applied to a twin.
var (
	ErrTwin   = errors.New("the twin is not a good request")           // both must call it valid
	ErrProof  = errors.New("not both validators call the request bad") // nothing would be shown by sending it
	ErrLacks  = errors.New("the twin lacks the place to change")
	errSameAs = errors.New("the change changes nothing")
)

// change turns a good request into a bad one. It gets a copy.
type change func(request *spec.Request) error

// Apply makes the bad request from its good twin, and proves both. The twin is
// not changed. The errors are ErrTwin, ErrProof, ErrLacks or say what of the twin
// could not be read; none of them is a finding.
func (c Case) Apply(twin spec.Request) (spec.Request, error) {
	if operation := c.contract.Route(twin); operation != c.Operation {
		return spec.Request{}, fmt.Errorf("%s: %w: wanted a request of %s, got one of %q", c.ID, ErrTwin, c.Operation, operation)
	}
	kin, second := c.contract.Invalid(twin)
	if len(kin)+len(second) > 0 {
		return spec.Request{}, fmt.Errorf("%s: %w: kin-openapi says %q, jsonschema says %q", c.ID, ErrTwin, kin, second)
	}
	bad, err := c.make(twin)
	if err != nil {
		return spec.Request{}, fmt.Errorf("%s: %w", c.ID, err)
	}
	kin, second = c.contract.Invalid(bad)
	if len(kin) == 0 || len(second) == 0 {
		return spec.Request{}, fmt.Errorf("%s: %w: kin-openapi says %q, jsonschema says %q", c.ID, ErrProof, kin, second)
	}
	return bad, nil
}

func (c Case) make(twin spec.Request) (spec.Request, error) {
	bad := twin
	bad.Header = twin.Header.Clone()
	if bad.Header == nil {
		bad.Header = http.Header{}
	}
	bad.Body = bytes.Clone(twin.Body)
	if err := c.change(&bad); err != nil {
		return spec.Request{}, err
	}
	if bad.URL == twin.URL && bytes.Equal(bad.Body, twin.Body) && sameHeader(bad.Header, twin.Header) {
		return spec.Request{}, errSameAs
	}
	return bad, nil
}

func sameHeader(a, b http.Header) bool {
	if len(a) != len(b) {
		return false
	}
	for name := range a {
		if strings.Join(a[name], "\n") != strings.Join(b[name], "\n") {
			return false
		}
	}
	return true
}

// setBody replaces the value at the tokens of a JSON pointer; make gets what is
// there now, nil for nothing.
func setBody(tokens []string, make func(now any) (any, error)) change {
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

// dropBody removes a property.
func dropBody(tokens []string) change {
	return editBody(tokens, func(holder any, token string) error {
		object, _ := holder.(map[string]any)
		if _, there := object[token]; !there {
			return ErrLacks
		}
		delete(object, token)
		return nil
	})
}

// editBody decodes the body, lets edit change what holds the last token, and
// encodes it again. Numbers stay as they are written.
func editBody(tokens []string, edit func(holder any, token string) error) change {
	return func(request *spec.Request) error {
		document, err := spec.Decode(request.Body)
		if err != nil {
			return fmt.Errorf("reading the twin's body: %w", err)
		}
		last := len(tokens) - 1
		holder, ok := spec.Lookup(document, spec.Pointer(tokens[:last]...))
		if !ok {
			return ErrLacks
		}
		if err := edit(holder, tokens[last]); err != nil {
			return err
		}
		request.Body, err = json.Marshal(document)
		return err
	}
}

// rawBody replaces the body's bytes.
func rawBody(make func(now []byte) []byte) change {
	return func(request *spec.Request) error {
		request.Body = make(request.Body)
		return nil
	}
}

// setHeader replaces a header; "" removes it.
func setHeader(name, value string) change {
	return func(request *spec.Request) error {
		if value == "" {
			request.Header.Del(name)
		} else {
			request.Header.Set(name, value)
		}
		return nil
	}
}

// setQuery replaces a query parameter, or adds it; nil removes it. The others
// stay as they are written.
func setQuery(name string, value *string) change {
	return func(request *spec.Request) error {
		base, query, _ := strings.Cut(request.URL, "?")
		var parts []string
		for part := range strings.SplitSeq(query, "&") {
			key, _, _ := strings.Cut(part, "=")
			if plain, err := url.QueryUnescape(key); part != "" && (err != nil || plain != name) {
				parts = append(parts, part)
			}
		}
		if value != nil {
			parts = append(parts, url.QueryEscape(name)+"="+url.QueryEscape(*value))
		}
		request.URL = base
		if len(parts) > 0 {
			request.URL += "?" + strings.Join(parts, "&")
		}
		return nil
	}
}

// setPath replaces a path parameter. The description's path is matched from its
// end, since a target's base URL may have a path of its own.
func setPath(template, name, value string) change {
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
			segments[at] = url.PathEscape(value)
			request.URL = strings.Join(segments, "/")
			if hasQuery {
				request.URL += "?" + query
			}
			return nil
		}
		return ErrLacks
	}
}
