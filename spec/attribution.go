package spec

import "github.com/getkin/kin-openapi/openapi3"

// The extensions of an OpenAPI description that tie its constraints to the
// catalogue; businesscart/openapi.yaml explains them at its top, and
// remotecart/openapi.yaml those that only it needs. An id is a
// text, or a map from operationId to text with an optional entry "default".
const (
	extRequirement         = "x-requirement"          // on schemas, parameters, headers, success responses
	extKeywordRequirement  = "x-keyword-requirement"  // on schemas: keyword → id; beats x-requirement
	extRequiredRequirement = "x-required-requirement" // on object schemas: property → id, for that property missing
	extBodyRequirement     = "x-body-requirement"     // on responses: the body as a whole is wrong
	extViolations          = "x-violations"           // on responses: "drift" if nothing about them is a violation
	extRefusal             = "x-refusal"              // on request schemas: what counts as refusing
	extKnownValues         = "x-known-values"         // on string schemas: the documented values of an open set
	extFeature             = "x-feature"              // at the root: the feature of a target that has these operations
	extNote                = "x-finding-note"         // on schemas: a sentence for the finding
	extToldBy              = "x-told-by"              // on branches of an anyOf: pointers of which one tells that the branch is meant
	extIndexed             = "x-indexed"              // on query parameters: an array of objects, as name.number.property
	extVirtualPaths        = "x-virtual-paths"        // at the root: paths that several operations share, and what tells them apart
	extCountsAs            = "x-counts-as"            // on operations: the operation that it is another form of
	extEnvelope            = "x-envelope"             // on operations: "soap" if its bodies stand in envelopes
)

// AttributedTo reads x-requirement from the extensions of one element of the
// description, for one operation; "" when it names no id there.
func AttributedTo(extensions map[string]any, operation string) string {
	return byOperation(extensions[extRequirement], operation)
}

// byOperation reads a value that is a text or a map from operationId to text.
func byOperation(value any, operation string) string {
	switch value := value.(type) {
	case string:
		return value
	case map[string]any:
		if text, ok := value[operation].(string); ok {
			return text
		}
		text, _ := value["default"].(string)
		return text
	}
	return ""
}

// byKey reads a map from key to id.
func byKey(value any, key, operation string) string {
	ids, _ := value.(map[string]any)
	return byOperation(ids[key], operation)
}

// trail is the way from the schema of a body or parameter to the schema of a
// part of it. A reference is one element, with what stands beside the $ref.
type trail []step

// step is one schema on a trail and how it is reached from the one before.
type step struct {
	ref *openapi3.SchemaRef
	via string // keyword: properties, items, additionalProperties, allOf, anyOf, oneOf, not; "" for the first
	key string // property, or index of a branch
}

// same reports whether the schema applies to the same value as the one before.
func (s step) same() bool {
	switch s.via {
	case "allOf", "anyOf", "oneOf", "not":
		return true
	}
	return false
}

func newTrail(root *openapi3.SchemaRef) trail { return trail{{ref: root}} }

func (t trail) schema() *openapi3.Schema { return t[len(t)-1].ref.Value }

// then returns a longer trail; it never writes into t's array.
func (t trail) then(ref *openapi3.SchemaRef, via, key string) trail {
	return append(t[:len(t):len(t)], step{ref, via, key})
}

// extensions lists the extensions of a schema and of what stands beside its
// $ref, the most specific first.
func (t trail) extensions(yield func(map[string]any) bool) {
	for i := len(t) - 1; i >= 0; i-- {
		ref := t[i].ref
		if len(ref.Value.Extensions) > 0 && !yield(ref.Value.Extensions) {
			return
		}
		if len(ref.Extensions) > 0 && !yield(ref.Extensions) {
			return
		}
	}
}

// attribution finds whose promise a keyword of the last schema keeps: its
// x-keyword-requirement, else the nearest x-requirement on the trail.
func (t trail) attribution(keyword, operation string) string {
	if id := byKey(t.schema().Extensions[extKeywordRequirement], keyword, operation); id != "" {
		return id
	}
	for extensions := range t.extensions {
		if id := AttributedTo(extensions, operation); id != "" {
			return id
		}
	}
	return ""
}

// missing finds whose promise a required property is: what the schema says
// that requires it, or one that applies to the same object, else the nearest.
func (t trail) missing(property, operation string) string {
	for i := len(t) - 1; i >= 0; i-- {
		ref := t[i].ref
		for _, extensions := range []map[string]any{ref.Value.Extensions, ref.Extensions} {
			if id := byKey(extensions[extRequiredRequirement], property, operation); id != "" {
				return id
			}
		}
		if !t[i].same() {
			break
		}
	}
	return t.attribution("required", operation)
}

// note finds the explanation that stands on the failing schema or on one that
// applies to the same value.
func (t trail) note(operation string) string {
	for i := len(t) - 1; i >= 0; i-- {
		for _, extensions := range []map[string]any{t[i].ref.Value.Extensions, t[i].ref.Extensions} {
			if text := byOperation(extensions[extNote], operation); text != "" {
				return text
			}
		}
		if !t[i].same() {
			break
		}
	}
	return ""
}
