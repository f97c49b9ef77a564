package spec

import (
	"slices"
	"strconv"
)

// broken lists what both validators, or the one that is right, find wrong with a
// value, and what they disagree about and nobody has settled.
func (c *Contract) broken(t trail, value any) (defects []defect, unlisted []dispute) {
	agreed, disputes := compare(t, value, c.kin, c.second)
	settled, unlisted := settle(disputes, c.kin, c.second)
	for _, d := range tidy(append(agreed, settled...)) {
		branch := d.told()
		if branch == nil {
			defects = append(defects, d)
			continue
		}
		inner, more := c.broken(branch, d.value)
		if len(inner) == 0 { // the branch that is meant is kept, and the validators refuse all: their mistake
			inner = []defect{d}
		} else {
			for i := range inner {
				inner[i].at = slices.Concat(d.at, inner[i].at)
			}
		}
		defects = append(defects, inner...)
		unlisted = append(unlisted, more...)
	}
	return defects, unlisted
}

// told finds the branch of a failed anyOf that the value means; nil where its
// branches do not say. See x-told-by in remotecart/openapi.yaml.
func (d defect) told() trail {
	if d.keyword != "anyOf" {
		return nil
	}
	branches := d.trail.schema().AnyOf
	says := false
	for i, ref := range branches {
		pointers, ok := ref.Value.Extensions[extToldBy].([]any)
		says = says || ok
		for _, pointer := range pointers {
			text, _ := pointer.(string)
			if _, there := Lookup(d.value, text); there {
				return d.trail.then(ref, "anyOf", strconv.Itoa(i))
			}
		}
	}
	if !says {
		return nil
	}
	last := len(branches) - 1
	return d.trail.then(branches[last], "anyOf", strconv.Itoa(last))
}
