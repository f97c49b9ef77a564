package businesscart

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// This file is the intake from the Product Search API: finding products, and
// which of the offers found can be had.

// The operations of the Product Search API that lead to an offer, by operationId.
const (
	searchProducts = "searchProductsRequest"
	searchOffers   = "searchOffersRequest"
	showProduct    = "productsRequest"
)

const (
	productsPath = "/products/2020-08-26/products"
	// searchPages is how many pages of a search are looked at, at most. The API has
	// no more than 13.
	searchPages = 5
	// searchPage is how many products a page holds, by default and at most.
	searchPage = 24
)

// Found is an offer that a search found.
type Found struct {
	target.Offer
	Why string // why it is of no use for a cart; "" when nothing speaks against it
	X   *Reply // the answer that has it
}

// searchCall starts a call of the Product Search API with what the description
// says about searching.
func searchCall(ctx context.Context, operation, path, postalCode string) stage.Call {
	terms := stage.Of(ctx).Target().Search
	c := call(ctx, operation, http.MethodGet, path, nil)
	query := url.Values{"productRegion": {terms.ProductRegion}, "locale": {terms.Locale}}
	if postalCode != "" {
		query.Set("shippingPostalCode", postalCode)
	}
	c.Query = query.Encode()
	return c
}

func searchProductsCall(ctx context.Context, postalCode string, page int) stage.Call {
	c := searchCall(ctx, searchProducts, productsPath, postalCode)
	c.Query += "&" + url.Values{
		"keywords": {stage.Of(ctx).Target().Search.Keywords}, "facets": {"OFFERS"}, "availability": {"InStockOnly"},
		"pageNumber": {strconv.Itoa(page)}, "pageSize": {strconv.Itoa(searchPage)},
	}.Encode()
	return c
}

// search looks for offers that can be delivered to a postal code, page by page,
// and hands each to use until that has enough. Each product is handed over once.
// It gives the answers; the last of them failed if not all succeeded.
func search(ctx context.Context, postalCode string, use func(Found) (enough bool)) []*Reply {
	var answers []*Reply
	seen := map[string]bool{}
	for page := range searchPages {
		answer := try(ctx, searchProductsCall(ctx, postalCode, page))
		if page > 0 && answer.Refused() && !answer.turnedAway() { // there is no such page, where the answers do not say how many there are
			break
		}
		answers = append(answers, answer)
		products := objects(answer.Doc["products"])
		if !answer.Success() || len(products) == 0 {
			break
		}
		for _, product := range products {
			asin := str(product["asin"])
			if asin == "" || seen[asin] {
				continue
			}
			seen[asin] = true
			if use(foundIn(answer, asin, product)) {
				return answers
			}
		}
		// Where the answer does not say how many pages there are, a page that is not
		// full is the last.
		if pages, ok := integer(answer.Doc["numberOfPages"]); ok && int64(page+1) >= pages || !ok && len(products) < searchPage {
			break
		}
	}
	return answers
}

// foundIn gives the best offer of a product.
func foundIn(answer *Reply, asin string, product map[string]any) Found {
	included, _ := product["includedDataTypes"].(map[string]any)
	return bestOf(answer, asin, objects(included["OFFERS"]))
}

// bestOf gives the first offer that nothing speaks against, else the first.
func bestOf(answer *Reply, asin string, offers []map[string]any) Found {
	best := Found{Offer: target.Offer{ProductIdentifier: asin}, Why: "it comes without an offer", X: answer}
	for i, o := range offers {
		found := Found{Offer: target.Offer{ProductIdentifier: asin, BuyingOptionIdentifier: str(o["offerId"])}, Why: objection(o), X: answer}
		if found.Why == "" {
			return found
		}
		if i == 0 {
			best = found
		}
	}
	return best
}

// offersOf asks for the offers of one product, for a search that gives none with
// its products.
func offersOf(ctx context.Context, postalCode string, found Found) Found {
	c := searchCall(ctx, searchOffers, productsPath+"/"+url.PathEscape(found.ProductIdentifier)+"/offers", postalCode)
	answer := try(ctx, c)
	return bestOf(answer, found.ProductIdentifier, objects(answer.Doc["offers"]))
}

// objection says what speaks against an offer; "" for nothing. What it does not
// say about itself does not.
func objection(offer map[string]any) string {
	if str(offer["offerId"]) == "" {
		return "its offer has no offerId"
	}
	if guidance := str(offer["buyingGuidance"]); guidance == "RESTRICTED" || guidance == "BLOCKED" {
		return "its buyingGuidance is " + guidance
	}
	if restrictions, _ := offer["buyingRestrictions"].([]any); len(restrictions) > 0 {
		return "it has buyingRestrictions"
	}
	if text := strings.ToLower(str(offer["availability"])); strings.Contains(text, "unavailable") || strings.Contains(text, "out of stock") {
		return "it is " + stage.Short(text)
	}
	if stock, ok := stockOf(offer["quantityInStock"]); ok && stock < mostUnits {
		return fmt.Sprintf("its stock is %d", stock)
	}
	limits, _ := offer["quantityLimits"].(map[string]any)
	if most, ok := integer(limits["maxQuantity"]); ok && most > 0 && most < mostUnits {
		return fmt.Sprintf("at most %d can be bought", most)
	}
	if least, ok := integer(limits["minQuantity"]); ok && least > 1 {
		return fmt.Sprintf("at least %d have to be bought", least)
	}
	return ""
}

// stockOf reads a number of units, which may stand in an object of its own.
func stockOf(v any) (int64, bool) {
	if n, ok := integer(v); ok {
		return n, true
	}
	o, _ := v.(map[string]any)
	for _, key := range []string{"quantity", "value", "amount"} {
		if n, ok := integer(o[key]); ok {
			return n, true
		}
	}
	return 0, false
}

// inRole reports whether the description has a product in one of its roles.
func inRole(data target.Data, product string) bool {
	for _, offers := range [][]target.Offer{data.Available, data.SameProduct, data.Limited, data.Unavailable, data.Restricted, data.Hosted} {
		if slices.ContainsFunc(offers, func(o target.Offer) bool { return o.ProductIdentifier == product }) {
			return true
		}
	}
	return false
}

// failed gives the first answer of a search that is no list of products; nil for
// none.
func failed(answers []*Reply) *Reply {
	i := slices.IndexFunc(answers, func(r *Reply) bool {
		_, ok := r.Array("products")
		return !r.Success() || !ok
	})
	if i < 0 {
		return nil
	}
	return answers[i]
}

// postalCode gives that of the deliverable address; "" without one.
func postalCode(data target.Data) string {
	return cmp.Or(data.Deliverable, &target.Address{}).PostalCode
}
