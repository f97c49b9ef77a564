package businesscart

import (
	"fmt"
	"time"

	"cartconform/suites/stage"
)

// This file puts the choices that a target made into words, for observations.

// formOf says in which form an answer accepted or refused a request.
func formOf(r *Reply) string {
	switch {
	case r.X.Response == nil:
		return "not answered"
	case r.Success() && len(r.Rejected()) != 0:
		return fmt.Sprintf("success status %d, listed in rejectedItems as %s", r.Status(), rejectionTypes(r.Rejected()))
	case r.Success():
		return fmt.Sprintf("success status %d, nothing rejected", r.Status())
	}
	for _, e := range objects(r.Doc["errors"]) {
		return fmt.Sprintf("refused with status %d and code %s", r.Status(), stage.Short(str(e["code"])))
	}
	return fmt.Sprintf("refused with status %d", r.Status())
}

func rejectionTypes(rejected []Rejection) string {
	text := ""
	for _, rejection := range rejected {
		for _, a := range rejection.Artifacts {
			if text != "" {
				text += ", "
			}
			text += stage.Short(a.Type)
		}
	}
	return text
}

// oldOrCapped says what became of a line whose modification was rejected.
func oldOrCapped(now, old, stock int64) string {
	switch now {
	case old:
		return "the old quantity is kept"
	case stock:
		return "it is raised to what can be had"
	}
	return fmt.Sprintf("it is set to %d (old quantity %d, stock %d)", now, old, stock)
}

// varied gives an identifier of the same form that differs in its last letter or
// digit: it should name nothing.
func varied(id string) string {
	b := []byte(id)
	for i := len(b) - 1; i >= 0; i-- {
		switch c := b[i]; {
		case c >= '0' && c <= '9':
			b[i] = '0' + (c-'0'+5)%10
		case c >= 'a' && c <= 'f': // stay within hexadecimal
			b[i] = 'a' + (c-'a'+3)%6
		case c >= 'A' && c <= 'F':
			b[i] = 'A' + (c-'A'+3)%6
		case c >= 'a' && c <= 'z':
			b[i] = 'a' + (c-'a'+7)%26
		case c >= 'A' && c <= 'Z':
			b[i] = 'A' + (c-'A'+7)%26
		default:
			continue
		}
		return string(b)
	}
	return id + "0"
}

// sameInstant compares two timestamps as instants; unreadable ones as texts.
func sameInstant(a, b string) bool {
	x, errX := time.Parse(time.RFC3339Nano, a)
	y, errY := time.Parse(time.RFC3339Nano, b)
	if errX != nil || errY != nil {
		return a == b
	}
	return x.Equal(y)
}
