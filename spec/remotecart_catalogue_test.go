package spec

import (
	"os"
	"slices"
	"strings"
	"testing"
)

const remoteCartCatalogue = "remotecart/requirements.yaml"

// factsRow is what the dossier of facts says of one row: everything but its text.
type factsRow struct{ id, part, strength, disagreement string }

func factsRows(t *testing.T) []factsRow {
	t.Helper()
	text, err := os.ReadFile("testdata/remotecart-levels.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var rows []factsRow
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || cells[0] == "id" {
			continue
		}
		if len(cells) != 4 {
			t.Fatalf("wanted 4 cells, got %q", line)
		}
		rows = append(rows, factsRow{cells[0], cells[1], cells[2], cells[3]})
	}
	return rows
}

// observed are the rows of Part A that their disagreement, or what the dossier
// says about checking them, makes observations.
var observed = strings.Fields(`RC-CREATE-08 RC-CREATE-11 RC-CREATE-19 RC-CREATE-23 RC-CREATE-32 RC-CREATE-33 RC-CREATE-34 RC-ADD-17 RC-ADD-20 RC-ADD-21
	RC-ADD-22 RC-ITEM-09 RC-ITEM-10 RC-URL-03 RC-URL-05 RC-URL-06 RC-RG-16`)

// unrecorded are the rows of Part B that no recording bears out, or that their
// disagreement makes observations.
var unrecorded = strings.Fields(`RC-X-ENV-07 RC-X-AUTH-04 RC-X-AUTH-05 RC-X-CODE-05 RC-X-CODE-06 RC-X-CODE-07 RC-X-CODE-08 RC-X-CODE-09 RC-X-MOD-05 RC-X-MOD-07
	RC-X-MOD-08 RC-X-LOC-01 RC-X-RG-02 RC-X-RG-03 RC-X-BUY-01`)

// level is what the house plan makes of a row: explicit is must, an example or an
// inference is should; what other editions say is should where recordings agree.
func (r factsRow) level() Level {
	switch {
	case slices.Contains(observed, r.id), slices.Contains(unrecorded, r.id):
		return May
	case r.part == "A" && strings.HasPrefix(r.strength, "explicit"):
		return Must
	}
	return Should
}

// letter is the strength as the catalogue writes it.
func (r factsRow) letter() string {
	switch first, _, _ := strings.Cut(r.strength, " "); {
	case r.part == "B":
		return "A"
	case strings.HasPrefix(first, "explicit-old"):
		return "O"
	case strings.HasPrefix(first, "explicit"):
		return "E"
	case first == "example":
		return "X"
	}
	return "I"
}

// The catalogue has every row of the dossier, in its order, with the level that
// the house plan gives it, and names the disagreement that the row hangs on.
func TestRemoteCartCatalogueHasEveryRow(t *testing.T) {
	catalogue, err := LoadCatalogue(remoteCartCatalogue, readContract(t, remoteCartCatalogue))
	if err != nil {
		t.Fatal(err)
	}
	if catalogue.API != "remote-cart" || catalogue.Version != "2013-08-01" {
		t.Errorf("wanted remote-cart 2013-08-01, got %s %s", catalogue.API, catalogue.Version)
	}
	rows, parts := factsRows(t), map[string]int{}
	for i, row := range rows {
		parts[row.part]++
		if i >= len(catalogue.Requirements) {
			break
		}
		r := catalogue.Requirements[i]
		if r.ID != row.id {
			t.Fatalf("wanted %s as number %d, got %s", row.id, i+1, r.ID)
		}
		if r.Level != row.level() {
			t.Errorf("%s: wanted the level %s of %s %s, got %s", r.ID, row.level(), row.strength, row.disagreement, r.Level)
		}
		if r.Strength != row.letter() {
			t.Errorf("%s: wanted the strength %s of %s, got %s", r.ID, row.letter(), row.strength, r.Strength)
		}
		marked := row.disagreement != "-"
		if marked != (r.Disagreement != "") || marked && !slices.Contains(strings.Split(row.disagreement, ","), r.Disagreement) {
			t.Errorf("%s: wanted the disagreement %s, got %q", r.ID, row.disagreement, r.Disagreement)
		}
	}
	if parts["A"] != 151 || parts["B"] != 39 || len(catalogue.Requirements) != 190 {
		t.Errorf("wanted 151 rows and 39 rows in 190 requirements, got %v in %d", parts, len(catalogue.Requirements))
	}
}

func TestRemoteCartCatalogueIsSensible(t *testing.T) {
	catalogue, err := LoadCatalogue(remoteCartCatalogue, readContract(t, remoteCartCatalogue))
	if err != nil {
		t.Fatal(err)
	}
	operations := strings.Fields("CartAdd CartClear CartCreate CartGet CartModify")
	areas := strings.Fields("general creating saving capping adding identity reading modifying clearing purchasing group lifetime soap envelope signing errors locales")
	needs := strings.Fields(`remoteCart.products.available remoteCart.products.available.offerListingId remoteCart.products.available.price
		remoteCart.products.unavailable remoteCart.products.capped remoteCart.products.otherSellers remoteCart.otherAssociateTag remoteCart.otherLocales remoteCart.locale
		remoteCart.products.unavailable.because.discontinued remoteCart.products.unavailable.because.notYetReleased
		remoteCart.control.advanceClock remoteCart.control.setAvailability`)
	statements, used := map[string]string{}, map[string]bool{}
	for _, r := range catalogue.Requirements {
		for _, operation := range append(slices.Clone(r.Operations), r.Operation) {
			if operation != AnyOperation && !slices.Contains(operations, operation) {
				t.Errorf("%s: wanted an operation of the API, got %q", r.ID, operation)
			}
		}
		if !slices.Contains(areas, r.Area) {
			t.Errorf("%s: wanted one of the areas %v, got %q", r.ID, areas, r.Area)
		}
		if r.Feature != "" && !slices.Contains([]string{"soap", "response-groups", "locales"}, r.Feature) {
			t.Errorf("%s: wanted a feature of the remote cart, got %q", r.ID, r.Feature)
		}
		if other, twice := statements[r.Statement]; twice {
			t.Errorf("%s: wanted a statement of its own, got that of %s", r.ID, other)
		}
		statements[r.Statement] = r.ID
		for _, key := range r.Needs {
			if !slices.Contains(needs, key) {
				t.Errorf("%s: wanted a key of the target description, got %q", r.ID, key)
			}
		}
		if (len(r.Needs) == 0) != (r.Unchecked != "") {
			t.Errorf("%s: wanted needs, or a reason why it is unchecked, got %v and %q", r.ID, r.Needs, r.Unchecked)
		}
		controls := slices.ContainsFunc(r.Needs, func(key string) bool { return strings.Contains(key, ".control.") })
		if controls != (r.Profile == ProfileControlled) {
			t.Errorf("%s: wanted control hooks in profile %s and nowhere else, got profile %s and needs %v", r.ID, ProfileControlled, r.Profile, r.Needs)
		}
		used[r.Disagreement] = true
	}
	for name := range catalogue.Disagreements {
		if !used[name] {
			t.Errorf("wanted a requirement that hangs on %s, got none", name)
		}
	}
}
