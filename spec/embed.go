package spec

import "embed"

// contracts holds what is promised: one folder for each API, with its OpenAPI
// description and its requirement catalogue, and the schema of catalogues.
//
//go:embed businesscart/*.yaml catalogue.schema.json
var contracts embed.FS
