package description

import (
	"bytes"
	_ "embed"
)

//go:embed template.yaml
var templateText []byte

// Template returns a commented description to start from: it explains every
// key, and has a <…> wherever something must be filled in.
func Template() []byte { return bytes.Clone(templateText) }
