package remotecart

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"cartconform/suites/stage"
)

type replyMatcher = stage.Matcher[*Reply]

// BeValid matches an answer that calls the request valid and names no error.
func BeValid() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a valid request: status 200, IsValid True, no Errors", Not: "a request that is not valid",
		Holds: (*Reply).Valid, Seen: (*Reply).Says,
	}
}

// HaveFailed matches an answer that says that the request failed, in whatever way.
func HaveFailed() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "the request to fail: an error status, IsValid False, or Errors",
		Holds:  (*Reply).Fails, Seen: (*Reply).Says,
	}
}

// ShowNoCart matches an answer that gives nobody a cart.
func ShowNoCart() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "no CartId, no HMAC and no entries",
		Holds:  func(r *Reply) bool { return r.CartID() == "" && r.HMAC() == "" && len(r.All()) == 0 },
		Seen:   (*Reply).Says,
	}
}

// HaveActive matches an answer that shows so much of a product among the active
// entries, in one entry, and not among the saved ones.
func HaveActive(asin string, quantity int) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("one active entry of %s with quantity %d, and no saved one", asin, quantity),
		Holds: func(r *Reply) bool {
			return holdsOnce(r.Active(), asin, quantity) && !holds(r.Saved(), asin)
		},
		Seen: seenEntries,
	}
}

// HaveAnActive matches an answer that shows a product among the active entries, and not
// among the saved ones.
func HaveAnActive(asin string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "an active entry of " + asin + ", and no saved one",
		Holds:  func(r *Reply) bool { return holds(r.Active(), asin) && !holds(r.Saved(), asin) },
		Seen:   seenEntries,
	}
}

// HaveEntry matches an answer that shows so much of a product in one entry, in either
// area.
func HaveEntry(asin string, quantity int) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("one entry of %s with quantity %d", asin, quantity),
		Holds:  func(r *Reply) bool { return holdsOnce(r.All(), asin, quantity) },
		Seen:   seenEntries,
	}
}

// HaveSaved is HaveActive for the saved area.
func HaveSaved(asin string, quantity int) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("one saved entry of %s with quantity %d, and no active one", asin, quantity),
		Holds: func(r *Reply) bool {
			return holdsOnce(r.Saved(), asin, quantity) && !holds(r.Active(), asin)
		},
		Seen: seenEntries,
	}
}

// HaveNo matches an answer that shows a product in neither area.
func HaveNo(asin string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "no entry of " + asin, Not: "an entry of " + asin,
		Holds: func(r *Reply) bool { return !holds(r.All(), asin) },
		Seen:  seenEntries,
	}
}

func holds(entries []Line, asin string) bool {
	return slices.ContainsFunc(entries, func(e Line) bool { return e.ASIN == asin })
}

func holdsOnce(entries []Line, asin string, quantity int) bool {
	n := 0
	for _, e := range entries {
		if e.ASIN == asin {
			if e.Quantity != int64(quantity) {
				return false
			}
			n++
		}
	}
	return n == 1
}

// contents is what a cart holds, as far as it must not change by itself. Prices
// may, and so may the order of the entries. That CartItemIds stay is a promise of
// its own.
type contents struct{ active, saved []string }

func contentsOf(r *Reply) contents {
	list := func(entries []Line) []string {
		var texts []string
		for _, e := range entries {
			texts = append(texts, fmt.Sprintf("%d × %s", e.Quantity, stage.Short(e.ASIN)))
		}
		slices.Sort(texts)
		return texts
	}
	return contents{list(r.Active()), list(r.Saved())}
}

func (c contents) equal(other contents) bool {
	return slices.Equal(c.active, other.active) && slices.Equal(c.saved, other.saved)
}

func (c contents) String() string {
	say := func(list []string) string {
		if len(list) == 0 {
			return "nothing"
		}
		return strings.Join(list, ", ")
	}
	return "in the cart: " + say(c.active) + "; saved for later: " + say(c.saved)
}

// without gives what a cart holds beyond another one.
func (c contents) without(other contents) contents {
	beyond := func(list, others []string) []string {
		left, rest := slices.Clone(others), []string(nil)
		for _, text := range list {
			if i := slices.Index(left, text); i >= 0 {
				left = slices.Delete(left, i, i+1)
				continue
			}
			rest = append(rest, text)
		}
		return rest
	}
	return contents{beyond(c.active, other.active), beyond(c.saved, other.saved)}
}

// HaveTheContentsOf matches an answer that shows the same products as an earlier
// one, in the same areas, with the same quantities.
func HaveTheContentsOf(earlier *Reply) types.GomegaMatcher {
	wanted := contentsOf(earlier)
	return replyMatcher{
		Wanted: "unchanged contents, " + wanted.String(), Not: "other contents than " + wanted.String(),
		Holds: func(r *Reply) bool { return contentsOf(r).equal(wanted) },
		Seen:  seenEntries,
	}
}

// HaveNothing matches an answer that shows no entry in either area.
func HaveNothing() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "an empty cart", Not: "entries",
		Holds: func(r *Reply) bool { return len(r.All()) == 0 },
		Seen:  seenEntries,
	}
}

// HaveCode matches an answer one of whose errors has one of the codes.
func HaveCode(codes ...string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "an error with code " + strings.Join(codes, " or "),
		Holds: func(r *Reply) bool {
			return slices.ContainsFunc(r.Codes(), func(code string) bool { return slices.Contains(codes, code) })
		},
		Seen: (*Reply).Says,
	}
}

// HaveElements matches an answer that has a text or something more at each path
// below the cart.
func HaveElements(paths ...string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a cart with " + strings.Join(paths, ", "),
		Holds:  func(r *Reply) bool { return len(r.lacks(paths...)) == 0 },
		Seen: func(r *Reply) string {
			if r.at("Cart") == nil {
				return r.Says()
			}
			return "a cart without " + strings.Join(r.lacks(paths...), ", ")
		},
	}
}

// lacks lists the paths below the cart at which the answer has nothing.
func (r *Reply) lacks(paths ...string) []string {
	var lacking []string
	for _, path := range paths {
		if below(r.at("Cart"), strings.Split(path, "/")...) == nil {
			lacking = append(lacking, "Cart/"+path)
		}
	}
	return lacking
}

// HaveStatus matches an answer by its status code.
func HaveStatus(status int) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("status %d", status),
		Holds:  func(r *Reply) bool { return r.Status() == status },
		Seen:   (*Reply).Says,
	}
}
