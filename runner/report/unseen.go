package report

import (
	"fmt"
	"slices"
	"strings"

	"cartconform/spec"
)

// unseenGroup is what was never seen of several operations alike.
type unseenGroup struct {
	kind       spec.UnseenKind
	status     int
	where      string
	values     []string
	operations []string
}

// unseenGroups puts the values of one enumeration into one group, and operations
// that lack the same. The order is that of the kinds, then of the report.
func (r Report) unseenGroups() []unseenGroup {
	type place struct {
		kind             spec.UnseenKind
		operation, where string
		status           int
	}
	var places []place
	values := map[place][]string{}
	for _, u := range r.Unseen {
		at := place{u.Kind, u.Operation, u.Where, u.Status}
		if _, known := values[at]; !known {
			places = append(places, at)
		}
		values[at] = append(values[at], u.Value)
	}
	type lack struct {
		kind          spec.UnseenKind
		where, values string
		status        int
	}
	index := map[lack]int{}
	var groups []unseenGroup
	for _, at := range places {
		key := lack{at.kind, at.where, strings.Join(values[at], "\n"), at.status}
		i, known := index[key]
		if !known {
			i = len(groups)
			index[key] = i
			groups = append(groups, unseenGroup{kind: at.kind, status: at.status, where: at.where, values: values[at]})
		}
		groups[i].operations = append(groups[i].operations, at.operation)
	}
	order := spec.UnseenKinds()
	slices.SortStableFunc(groups, func(a, b unseenGroup) int {
		return slices.Index(order, a.kind) - slices.Index(order, b.kind)
	})
	return groups
}

// what names the thing without its operations.
func (g unseenGroup) what() string {
	var text string
	switch g.kind {
	case spec.UnseenOperation:
		return "the operation itself"
	case spec.UnseenStatus:
		if g.status == 0 {
			return "status " + g.where
		}
		return fmt.Sprintf("status %d", g.status)
	case spec.UnseenValue, spec.UnseenRequestValue:
		text = fmt.Sprintf("value %s of %s", strings.Join(g.values, ", "), g.where)
	default:
		text = fmt.Sprintf("%s %s", strings.TrimPrefix(string(g.kind), "request-"), g.where)
	}
	switch {
	case g.kind == spec.UnseenRequestValue || g.kind == spec.UnseenRequestField:
		text += " in requests"
	case g.status != 0:
		text += fmt.Sprintf(" in answers of status %d", g.status)
	}
	return text
}

// unseenKinds counts what was never seen by kind.
func (r Report) unseenKinds() []string {
	count := map[spec.UnseenKind]int{}
	for _, u := range r.Unseen {
		count[u.Kind]++
	}
	var kinds []string
	for _, kind := range spec.UnseenKinds() {
		if n := count[kind]; n > 0 {
			kinds = append(kinds, fmt.Sprintf("%d %s", n, kind))
		}
	}
	return kinds
}
