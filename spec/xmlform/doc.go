// Package xmlform reads XML documents, and writes them.
//
// [Parse] reads a document into [Element]s, more strictly than encoding/xml, whose
// tokens it builds on, and within bounds: no document type, so no entity but the
// five that XML has, UTF-8 only. Names are told by namespace and local name, never
// by prefix.
package xmlform
