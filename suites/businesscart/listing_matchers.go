package businesscart

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"cartconform/suites/stage"
)

func seenCarts(r *Reply) string {
	list, ok := r.Array("cartDetailsList")
	if !r.Success() || !ok {
		return r.Says()
	}
	text := counted(len(list), "cart")
	for i, e := range entriesOf(r) {
		if i == maxPageSize+1 {
			return text + ", …"
		}
		text += fmt.Sprintf(", %s (%s, %s)", stage.Short(e.ID), stage.Short(e.Type), stage.Short(e.Region))
	}
	return text
}

// HaveInEachEntry matches a list of carts each of which has a text of at least
// one character under each of the keys.
func HaveInEachEntry(keys ...string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "at least one cart, each with a text under " + strings.Join(keys, " and "),
		Seen:   (*Reply).Says,
		Holds: func(r *Reply) bool {
			list, _ := r.Array("cartDetailsList")
			for _, e := range entriesOf(r) {
				for _, key := range keys {
					if str(e.Raw[key]) == "" {
						return false
					}
				}
			}
			return r.Success() && len(list) != 0 && len(entriesOf(r)) == len(list)
		},
	}
}

// ListCartsOf matches a list all of whose carts are of a region.
func ListCartsOf(region string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "no carts but those of region " + region,
		Seen:   seenCarts,
		Holds: func(r *Reply) bool {
			return r.Success() && !slices.ContainsFunc(entriesOf(r), func(e Listed) bool { return e.Region != region })
		},
	}
}

// HoldAtMost matches a page with n carts or fewer.
func HoldAtMost(n int) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("a page of at most %d carts", n),
		Seen:   seenCarts,
		Holds: func(r *Reply) bool {
			list, ok := r.Array("cartDetailsList")
			return r.Success() && ok && len(list) <= n
		},
	}
}

// HoldExactly matches a page with n carts.
func HoldExactly(n int) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("a page of %d carts", n),
		Seen:   seenCarts,
		Holds: func(r *Reply) bool {
			list, ok := r.Array("cartDetailsList")
			return r.Success() && ok && len(list) == n
		},
	}
}

// LeadOn matches a page with a nextPageToken of at least one character.
func LeadOn() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a nextPageToken of at least one character",
		Not:    "no nextPageToken",
		Seen: func(r *Reply) string {
			token := "no nextPageToken"
			if v, ok := r.Doc["nextPageToken"]; ok {
				token = fmt.Sprintf("nextPageToken %#v", v)
			}
			return token + " beside " + seenCarts(r)
		},
		Holds: func(r *Reply) bool { return str(r.Doc["nextPageToken"]) != "" },
	}
}

// ShowCart matches a list that has the cart with an id.
func ShowCart(id string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "cart " + id + " in the list",
		Not:    "no cart " + id + " in the list",
		Seen:   seenCarts,
		Holds: func(r *Reply) bool {
			return slices.ContainsFunc(entriesOf(r), func(e Listed) bool { return e.ID == id })
		},
	}
}

// HaveText matches an answer with a certain text under key.
func HaveText(key, value string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("a success answer with %s %q", key, value),
		Seen:   (*Reply).Says,
		Holds:  func(r *Reply) bool { return r.Success() && str(r.Doc[key]) == value },
	}
}

// HaveSomeText matches an answer with a text of at least one character under key.
func HaveSomeText(key string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a success answer with a " + key + " of at least one character",
		Seen:   (*Reply).Says,
		Holds:  func(r *Reply) bool { return r.Success() && str(r.Doc[key]) != "" },
	}
}
