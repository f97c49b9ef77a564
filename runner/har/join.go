package har

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Join writes one archive of the entries of several archives of ours, in the
// order of their start, and gives their number. Each entry stays as it is; an id
// that stands in two of them is an error.
func Join(w io.Writer, version string, archives ...[]byte) (int, error) {
	type entry struct {
		Started time.Time `json:"startedDateTime"`
		ID      string    `json:"_id"`
		raw     json.RawMessage
	}
	var entries []entry
	seen := map[string]bool{}
	for _, content := range archives {
		var a loose
		if err := json.Unmarshal(content, &a); err != nil {
			return 0, fmt.Errorf("read har: %w", err)
		}
		if a.Log == nil || a.Log.Creator.Name != creatorName {
			return 0, errors.New("wanted an archive that cartconform wrote, got another's")
		}
		for i, raw := range a.Log.Entries {
			e := entry{raw: raw}
			if err := json.Unmarshal(raw, &e); err != nil {
				return 0, fmt.Errorf("entry %d: %w", i, err)
			}
			if seen[e.ID] {
				return 0, fmt.Errorf("wanted each exchange once, got %q in two archives", e.ID)
			}
			seen[e.ID] = true
			entries = append(entries, e)
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.ID, b.ID))
	})
	return len(entries), write(w, version, len(entries), func(out io.Writer, i int) error {
		_, err := out.Write(entries[i].raw)
		return err
	})
}
