package spec

import (
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"cartconform/spec/soap"
)

// router finds the operation of a request, wherever the target's base URL
// stands: "https://host/stage/cart/2025-04-30/carts" is routed from the part
// that all paths of the description begin with.
type router struct {
	kin     routers.Router
	prefix  string // longest static beginning that all paths share, e.g. "/cart/2025-04-30/carts"
	virtual map[string]virtualPath
}

// virtualPath says how the operations that share a path are told apart: the last
// segment of a path of the description is not sent there.
type virtualPath struct {
	query    string // the parameter that has it as its value
	envelope bool   // the element in the body of a SOAP envelope has it as its name
}

// newVirtualPaths reads x-virtual-paths.
func newVirtualPaths(document *openapi3.T) (map[string]virtualPath, error) {
	paths, _ := document.Extensions[extVirtualPaths].(map[string]any)
	virtual := make(map[string]virtualPath, len(paths))
	for path, value := range paths {
		how, _ := value.(map[string]any)
		v := virtualPath{envelope: how["envelope"] == "body"}
		v.query, _ = how["query"].(string)
		if v.envelope == (v.query != "") {
			return nil, fmt.Errorf("%s %s: wanted a query parameter or envelope: body, got %v", extVirtualPaths, path, value)
		}
		virtual[path] = v
	}
	return virtual, nil
}

// segment is what the path lacks, read from the request; "" when it does not say.
func (v virtualPath) segment(query url.Values, body []byte) string {
	if v.query != "" {
		return query.Get(v.query)
	}
	message, err := soap.Unwrap(body)
	if err != nil || message.Body == nil {
		return ""
	}
	return message.Body.Name.Local
}

func newRouter(document *openapi3.T) (*router, error) {
	kin, err := gorillamux.NewRouter(document)
	if err != nil {
		return nil, err
	}
	virtual, err := newVirtualPaths(document)
	if err != nil {
		return nil, err
	}
	var prefix string
	for i, path := range sortedKeys(document.Paths.Map()) {
		static, _, _ := strings.Cut(path, "{")
		if i == 0 {
			prefix = static
			continue
		}
		for !strings.HasPrefix(static, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	return &router{kin, prefix, virtual}, nil
}

// find routes a request; the http.Request is without body and without base path.
func (r *router) find(request Request) (*http.Request, *routers.Route, map[string]string, error) {
	u, err := url.Parse(request.URL)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("reading the request's URL: %w", err)
	}
	if len(r.prefix) > 1 {
		escaped := u.EscapedPath()
		if at := strings.Index(escaped, r.prefix); at > 0 {
			escaped = escaped[at:]
			if u.Path, err = url.PathUnescape(escaped); err != nil {
				return nil, nil, nil, fmt.Errorf("reading the request's path: %w", err)
			}
			u.RawPath = escaped
		}
	}
	if v, shared := r.virtual[strings.TrimSuffix(u.Path, "/")]; shared {
		if segment := v.segment(u.Query(), request.Body); segment != "" {
			u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/")+"/"+segment, ""
		}
	}
	header := request.Header
	if header == nil {
		header = http.Header{}
	}
	hr := &http.Request{Method: request.Method, URL: u, Host: u.Host, Header: header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	route, values, err := r.kin.FindRoute(hr)
	return hr, route, values, err
}

// find routes a request through the descriptions. The error is the first one's,
// or that of the one that knows the path and not the method.
func (c *Contract) find(request Request) (hr *http.Request, route *routers.Route, values map[string]string, err error) {
	for _, d := range c.documents {
		var failed error
		if hr, route, values, failed = d.router.find(request); failed == nil {
			return hr, route, values, nil
		}
		if err == nil || errors.Is(failed, routers.ErrMethodNotAllowed) {
			err = failed
		}
	}
	return nil, nil, nil, err
}

// Route returns the operationId of a request, by its method and path; "" for none.
func (c *Contract) Route(request Request) string {
	if op := c.route(request); op != nil {
		return op.id
	}
	return ""
}

// route finds the operation of a request; nil for none.
func (c *Contract) route(request Request) *operation {
	_, route, _, err := c.find(request)
	if err != nil {
		return nil
	}
	return c.operations[route.Operation.OperationID]
}

func (op *operation) addParameters(second *secondCompiler, at []string) error {
	add := func(list openapi3.Parameters, at []string) error {
		for i, ref := range list {
			parameter := ref.Value
			if slices.ContainsFunc(op.parameters, func(p *openapi3.Parameter) bool { return p.In == parameter.In && p.Name == parameter.Name }) {
				continue // the operation's own beats the path's
			}
			op.parameters = append(op.parameters, parameter)
			if parameter.Schema == nil {
				continue
			}
			if err := second.add(parameter.Schema, append(slices.Clone(at), "parameters", fmt.Sprint(i), "schema")...); err != nil {
				return fmt.Errorf("parameter %s: %w", parameter.Name, err)
			}
		}
		return nil
	}
	if err := add(op.spec.Parameters, at); err != nil {
		return err
	}
	return add(op.item.Parameters, at[:2])
}

func newAnswer(ref *openapi3.ResponseRef, bodies map[string]*body) *answer {
	a := &answer{response: ref.Value, origin: ref.Value.Origin, bodies: bodies, headerNames: map[string]bool{}}
	if a.origin == nil {
		a.origin = ref.Origin
	}
	for name := range ref.Value.Headers {
		a.headerNames[textproto.CanonicalMIMEHeaderKey(name)] = true
	}
	a.drift = ref.Value.Extensions[extViolations] == "drift"
	return a
}

// usual is the body of the media type that is meant where the answer says none or
// another one: JSON, else the last by name, which is text/xml before what begins
// with application. nil when there is no body.
func (a *answer) usual() *body {
	if described := a.bodies["application/json"]; described != nil || len(a.bodies) == 0 {
		return described
	}
	names := sortedKeys(a.bodies)
	return a.bodies[names[len(names)-1]]
}

// answer finds the documented response for a status; nil when there is none.
func (op *operation) answer(status int) *answer {
	ref := op.spec.Responses.Status(status)
	if ref == nil {
		ref = op.spec.Responses.Default()
	}
	if ref == nil {
		return nil
	}
	return op.answers[ref.Value]
}

// successAnswer returns the first documented success; nil when there is none.
func (op *operation) successAnswer() *answer {
	if len(op.success) == 0 {
		return nil
	}
	return op.answers[op.spec.Responses.Value(op.success[0]).Value]
}

// joinOr joins words for a sentence: "a, b or c".
func joinOr(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
