package redact

import "strings"

// Piece is a stretch of text that may be shown, or a secret that stood there.
type Piece struct {
	Text string // shown as it is; "" for a secret
	Name string // the secret's variable; "" for text
}

// Pieces cuts s at the secrets that stand in it as they are, so that a caller
// can write variables in their place. Secrets in another form, and secrets
// without a name, are replaced by Mark in the texts.
func (r *Redactor) Pieces(s string) []Piece {
	t := r.current()
	var out []Piece
	for s != "" {
		at, found := t.leftmost(s)
		if at < 0 {
			break
		}
		if at > 0 {
			out = append(out, Piece{Text: t.replace(s[:at])})
		}
		out = append(out, Piece{Name: found.Name})
		s = s[at+len(found.Value):]
	}
	if s != "" {
		out = append(out, Piece{Text: t.replace(s)})
	}
	return out
}

// leftmost finds the leftmost named secret in s, the longest of those that start
// there; -1 when there is none.
func (t *table) leftmost(s string) (int, Secret) {
	at, found := -1, Secret{}
	for _, secret := range t.secrets {
		if secret.Name == "" {
			continue
		}
		if i := strings.Index(s, secret.Value); i >= 0 && (at < 0 || i < at) {
			at, found = i, secret
		}
	}
	return at, found
}
