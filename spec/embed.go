package spec

import "embed"

// contracts holds what is promised: one folder for each API, with its OpenAPI
// description, its requirement catalogue where it has one of its own, and the
// schema of catalogues.
//
//go:embed businesscart/*.yaml ordering/*.yaml productsearch/*.yaml remotecart/*.yaml catalogue.schema.json
var contracts embed.FS
