package spec

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/textproto"
	"slices"
	"strings"
)

// drifting walks over a body along its shape and collects what breaks nothing.
type drifting struct {
	pointer func(at []string) string
	seen    map[Drift]struct{} // Operation and Status are filled in later
	where   []string
}

// maxDrift bounds the report for a body that is one long undocumented thing.
const maxDrift = 200

func (w *drifting) add(kind DriftKind, value string) {
	if w.seen == nil {
		w.seen = map[Drift]struct{}{}
	}
	if len(w.seen) < maxDrift {
		w.seen[Drift{Kind: kind, Where: w.pointer(w.where), Value: value}] = struct{}{}
	}
}

// walk collects drift and returns the value as the validators are to see it:
// null for a property that is not required counts as absent. The value itself is
// not touched; a copy is made only where something is left out, which the second
// result says.
func (w *drifting) walk(s *shape, value any) (any, bool) {
	switch value := value.(type) {
	case map[string]any:
		return w.object(s, value)
	case []any:
		return w.array(s, value)
	case string:
		if s.known != nil && !s.known[value] {
			w.add(DriftValue, cut(value))
		}
	case json.Number:
		// Costs one look at a few bytes; a plain integer never matches.
		if strings.ContainsAny(string(value), "eE") || s.integer && strings.Contains(string(value), ".") {
			w.add(DriftForm, cut(string(value)))
		}
	}
	return value, false
}

func (w *drifting) object(s *shape, object map[string]any) (any, bool) {
	result, copied := object, false
	change := func() map[string]any {
		if !copied {
			result, copied = maps.Clone(object), true
		}
		return result
	}
	depth := len(w.where)
	for name, value := range object {
		child := s.properties[name]
		if child == nil {
			child = s.rest
		}
		w.where = append(w.where[:depth], name)
		if child == nil {
			if !s.free {
				w.add(DriftField, "")
			}
			continue
		}
		if value == nil {
			if !child.nullable && !s.required[name] {
				w.add(DriftForm, "null")
				delete(change(), name)
			}
			continue
		}
		if after, changed := w.walk(child, value); changed {
			change()[name] = after
		}
	}
	w.where = w.where[:depth]
	return result, copied
}

func (w *drifting) array(s *shape, list []any) (any, bool) {
	if s.items == nil {
		return list, false
	}
	result, copied := list, false
	depth := len(w.where)
	for i, value := range list {
		w.where = append(w.where[:depth], "*")
		if after, changed := w.walk(s.items, value); changed {
			if !copied {
				result, copied = slices.Clone(list), true
			}
			result[i] = after
		}
	}
	w.where = w.where[:depth]
	return result, copied
}

// standardHeaders are those that HTTP itself, its caches, browsers, proxies and
// tracing use: a service need not document them (IANA's field name registry, as
// far as seen on JSON services, and the usual gateways).
var standardHeaders = func() map[string]bool {
	names := strings.Fields(`
		Accept-Ranges Age Allow Alt-Svc Cache-Control Connection Content-Disposition Content-Encoding Content-Language
		Content-Length Content-Location Content-Range Content-Security-Policy Content-Type Cross-Origin-Embedder-Policy
		Cross-Origin-Opener-Policy Cross-Origin-Resource-Policy Date Etag Expires Keep-Alive Last-Modified Link Location
		Nel Origin-Agent-Cluster Permissions-Policy Pragma Proxy-Authenticate Referrer-Policy Report-To Retry-After Server
		Server-Timing Set-Cookie Strict-Transport-Security Timing-Allow-Origin Trailer Transfer-Encoding Upgrade Vary Via
		Warning Www-Authenticate X-Cache X-Content-Type-Options X-Frame-Options X-Powered-By X-Xss-Protection
		Access-Control-Allow-Credentials Access-Control-Allow-Headers Access-Control-Allow-Methods
		Access-Control-Allow-Origin Access-Control-Expose-Headers Access-Control-Max-Age
		Traceparent Tracestate X-Amz-Cf-Id X-Amz-Cf-Pop X-Amzn-Trace-Id`)
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[textproto.CanonicalMIMEHeaderKey(name)] = true
	}
	return set
}()

// headerDrift lists the header fields that neither HTTP nor the response's
// description names; for an undocumented status, any of the operation's
// responses. Values are not kept: they may be credentials.
func headerDrift(out []Drift, op *operation, a *answer, r *Response) []Drift {
	documented := op.headerNames
	if a != nil {
		documented = a.headerNames
	}
	for name := range r.Header {
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		if !standardHeaders[canonical] && !documented[canonical] {
			out = append(out, Drift{Kind: DriftHeader, Where: canonical})
		}
	}
	return out
}

// sortDrift orders drift and fills in where it was seen.
func sortDrift(list []Drift, operation string, status int) []Drift {
	for i := range list {
		list[i].Operation, list[i].Status = operation, status
	}
	slices.SortFunc(list, func(a, b Drift) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Where, b.Where), cmp.Compare(a.Value, b.Value))
	})
	return slices.Compact(list)
}
