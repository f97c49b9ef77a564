package verdict

import (
	"fmt"
	"strings"
)

// putAside takes the failure off requirements that build on one that failed: what
// they were found out by may be the other's doing. They are inconclusive, and keep
// their findings. As the other one fails and is as binding, no verdict gets better
// by that; one that is waived puts nothing aside, since then somebody has to answer
// for what comes of it too.
func putAside(rows []Requirement) {
	at := map[string]*Requirement{}
	for i := range rows {
		at[rows[i].ID] = &rows[i]
	}
	settled := map[string]bool{}
	var settle func(r *Requirement)
	settle = func(r *Requirement) {
		if r == nil || settled[r.ID] {
			return
		}
		settled[r.ID] = true
		var broken []string
		for _, id := range r.BuildsOn {
			base := at[id]
			if settle(base); base != nil && base.State == Failed {
				broken = append(broken, id)
			}
		}
		if r.State == Failed && len(broken) > 0 {
			r.State = Inconclusive
			r.Reason = fmt.Sprintf("builds on %s, which failed: %s not counted", strings.Join(broken, ", "), counted(len(r.Findings), "finding"))
		}
	}
	for i := range rows {
		settle(&rows[i])
	}
}
