package businesscart

import (
	"cartconform/suites/stage"
)

// watch judges what every answer has to keep beyond its schema, whatever the
// spec is about.
func watch(s *stage.Stage, r *Reply) {
	if !r.Success() || r.Doc == nil {
		return
	}
	switch r.X.Operation {
	case placeOrder, orderDetails, searchProducts, searchOffers, showProduct:
		return // what the cart promises of its own answers is not promised of theirs
	}
	watchItemIDs(s, r)
	watchErrorsBesideResults(s, r)
}

// An itemId is unique within the cart. (CART-ADD-06)
func watchItemIDs(s *stage.Stage, r *Reply) {
	if op := r.X.Operation; op != addItems && op != modifyItems && op != getItems {
		return
	}
	seen := map[string]bool{}
	for _, line := range r.Lines() {
		if line.ItemID != "" && seen[line.ItemID] {
			s.Report("CART-ADD-06", r.X, "itemIds that are unique within the cart", "itemId "+line.ItemID+" twice")
		}
		seen[line.ItemID] = true
	}
}

// What cannot be added, modified or ordered is part of a success answer and no
// error. (CART-ERR-14)
func watchErrorsBesideResults(s *stage.Stage, r *Reply) {
	if errors, ok := r.Array("errors"); ok && len(errors) != 0 {
		s.Report("CART-ERR-14", r.X, "a success answer without errors", r.Says())
	}
}
