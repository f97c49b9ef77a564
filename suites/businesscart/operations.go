package businesscart

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"cartconform/spec"
	"cartconform/suites/stage"
)

// The operations of the API, by operationId.
const (
	listCarts   = "listCarts"
	getCart     = "getCart"
	getItems    = "getItems"
	addItems    = "addItems"
	modifyItems = "modifyItems"
	deleteItems = "deleteItems"
	estimate    = "getEstimatedTotalPurchaseCost"
)

const (
	cartsPath      = "/cart/2025-04-30/carts"
	buyerHeader    = "x-amz-user-email"
	jsonMedia      = "application/json"
	estimationPath = "/totalPurchaseCostEstimations"
)

// works names, for each operation, the promise that it works at all.
func works() map[string]string {
	return map[string]string{
		listCarts:   "CART-LIST-01",
		getCart:     "CART-GET-01",
		getItems:    "CART-ITEMS-01",
		addItems:    "CART-ADD-02",
		modifyItems: "CART-MOD-02",
		deleteItems: "CART-DEL-01",
		estimate:    "CART-EST-02",
		placeOrder:  "CART-ORD-01",

		searchProducts: "CART-SRCH-01",
		searchOffers:   "CART-SRCH-01",
		showProduct:    "CART-SRCH-01",
	}
}

// serves reports whether an answer shows that its operation works: a success
// with what the operation is for. The request sent back is none.
func serves(x *spec.Exchange, document any) bool {
	if x.Response.Status/100 != 2 || len(x.Request.Body) > 0 && bytes.Equal(x.Request.Body, x.Response.Body) {
		return false
	}
	if x.Operation == deleteItems {
		return true // 204 says no more; whether the lines are gone is for getItems to show
	}
	answer, _ := document.(map[string]any)
	has := func(key string) bool {
		_, ok := answer[key].([]any)
		return ok
	}
	switch x.Operation {
	case listCarts:
		return has("cartDetailsList")
	case getCart:
		return str(answer["id"]) != ""
	case estimate:
		return has("charges") || has("rejectionArtifacts")
	case placeOrder, orderDetails:
		return has("lineItems")
	case searchProducts:
		return has("products")
	case searchOffers:
		return has("offers")
	case showProduct:
		return str(answer["asin"]) != ""
	}
	return has("items")
}

// wantedItem is one element of addItems' request.
type wantedItem struct {
	ProductIdentifier      string `json:"productIdentifier"`
	BuyingOptionIdentifier string `json:"buyingOptionIdentifier"`
	Quantity               int    `json:"quantity"`
	ExternalID             string `json:"externalId"`
}

// change is one element of modifyItems' request.
type change struct {
	ItemID   string `json:"itemId"`
	Quantity int    `json:"quantity"`
}

// call starts a call of the spec's buyer in the target's region.
func call(ctx context.Context, operation, method, path string, body any) stage.Call {
	s := stage.Of(ctx)
	c := stage.Call{
		Operation: operation,
		Method:    method,
		Path:      path,
		Query:     url.Values{"region": {s.Target().Region}}.Encode(),
		Header:    http.Header{},
	}
	c.Header.Set("Accept", jsonMedia)
	c.Header.Set(buyerHeader, s.Lane().Buyer)
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			panic("businesscart: a request cannot be written as JSON: " + err.Error())
		}
		c.Body = data
		c.Header.Set("Content-Type", jsonMedia)
	}
	return c
}

func cartPath(cartID, rest string) string { return cartsPath + "/" + url.PathEscape(cartID) + rest }

// The seven calls, each as the documents write it. A spec changes what it needs
// to change and passes the call to ask.

func listCartsCall(ctx context.Context, buyer string, pageSize int, pageToken string) stage.Call {
	c := call(ctx, listCarts, http.MethodGet, cartsPath, nil)
	c.Header.Set(buyerHeader, buyer)
	if pageSize != 0 {
		c.Query += "&pageSize=" + strconv.Itoa(pageSize)
	}
	if pageToken != "" {
		c.Query += "&pageToken=" + strings.ReplaceAll(url.QueryEscape(pageToken), "+", "%20") // a blank; "+" is %2B by then
	}
	return c
}

func getCartCall(ctx context.Context, cartID string) stage.Call {
	return call(ctx, getCart, http.MethodGet, cartPath(cartID, ""), nil)
}

func getItemsCall(ctx context.Context, cartID string) stage.Call {
	return call(ctx, getItems, http.MethodGet, cartPath(cartID, "/items"), nil)
}

func addItemsCall(ctx context.Context, cartID string, items ...wantedItem) stage.Call {
	return call(ctx, addItems, http.MethodPost, cartPath(cartID, "/items"), map[string]any{"items": items})
}

func modifyItemsCall(ctx context.Context, cartID string, changes ...change) stage.Call {
	return call(ctx, modifyItems, http.MethodPatch, cartPath(cartID, "/items"), map[string]any{"items": changes})
}

func deleteItemsCall(ctx context.Context, cartID string) stage.Call {
	return call(ctx, deleteItems, http.MethodDelete, cartPath(cartID, "/items"), nil)
}

func estimateCall(ctx context.Context, cartID string, address any) stage.Call {
	return call(ctx, estimate, http.MethodPost, cartPath(cartID, estimationPath), map[string]any{"address": address})
}
