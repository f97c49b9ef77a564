package spec

import (
	"slices"
	"strconv"

	"cartconform/spec/yamlfile"
)

// resolveBases checks what promises build on: other rows of the catalogue, that are
// as binding as they are themselves (else a finding of a promise that decides could
// be put aside for one of a promise that does not), and none that builds on them.
func (c *Catalogue) resolveBases(file *yamlfile.File) {
	rows := map[string]Requirement{}
	for _, r := range c.Requirements {
		rows[r.ID] = r
	}
	binding := []Level{May, Should, Must}
	for i, r := range c.Requirements {
		for j, id := range r.BuildsOn {
			at := yamlfile.At(file.Root, "/requirements/"+strconv.Itoa(i)+"/buildsOn/"+strconv.Itoa(j))
			base, known := rows[id]
			switch {
			case !known:
				file.Mistake(at, "%s: wanted the id of another requirement of this catalogue, got %q", r.ID, id)
			case slices.Index(binding, base.Level) < slices.Index(binding, r.Level):
				file.Mistake(at, "%s of level %s: wanted to build on what is as binding, got %s of level %s", r.ID, r.Level, id, base.Level)
			case rests(rows, id, r.ID, map[string]bool{}):
				file.Mistake(at, "%s: wanted to build on what does not build on it in turn, got %s", r.ID, id)
			}
		}
	}
}

// rests reports whether a requirement is another one or builds on it, at however
// many removes.
func rests(rows map[string]Requirement, id, on string, seen map[string]bool) bool {
	if id == on {
		return true
	}
	if seen[id] {
		return false
	}
	seen[id] = true
	return slices.ContainsFunc(rows[id].BuildsOn, func(base string) bool { return rests(rows, base, on, seen) })
}
