// Package xmlform turns XML documents into the values that an OpenAPI schema
// describes, and back, by the schema's xml object (name, namespace, attribute,
// wrapped).
//
// [Parse] reads a document into [Element]s, more strictly than encoding/xml, whose
// tokens it builds on, and within bounds: no document type, so no entity but the
// five that XML has, UTF-8 only. Names are told by namespace and local name, never
// by prefix. [Form.Decode] makes the value: an element with properties is a
// map[string]any, a repeated one a []any, text a string or, where the schema wants a
// number and the text is one, a json.Number. What the schema does not name is left
// in the value, so that its reader can call it undocumented. [Form.Encode] goes the
// other way.
//
// It is no body decoder of kin-openapi: those are registered for the whole process,
// and the judge of an exchange decodes once for two validators.
package xmlform
