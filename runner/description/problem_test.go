package description_test

import (
	"slices"
	"strings"
	"testing"
)

func TestProblems(t *testing.T) {
	const head = "target: {baseURL: \"https://x.example\", region: US}\nlanes: [{buyer: a@example.com}]\n"
	inTarget := func(line string) string {
		return "target:\n  baseURL: https://x.example\n  region: US\n  " + line + "\nlanes: [{buyer: a@example.com}]\n"
	}
	tests := []struct {
		name, text string
		want       []string
	}{
		{"empty", "", []string{"t.yaml: the description is empty; `cartconform init` writes one to start from"}},
		{"not yaml", "a: [", []string{"t.yaml:1: not yaml: did not find expected node content"}},
		{"a list", "- a", []string{"t.yaml:1: wanted keys such as target and lanes, got a list"}},
		{"two documents", head + "---\n" + head, []string{"t.yaml:3: a second document starts here; wanted one description per file"}},
		{"nothing required", "profile: live\n", []string{`t.yaml:1: the description: key "target" is missing`, `t.yaml:1: the description: key "lanes" is missing`}},
		{"neither has what it needs", remote + "lanes: [{buyer: a@example.com}]\nfeatures: [auth]\n", []string{
			`t.yaml:6: the description: key "target" is missing, without which there is no use for "lanes"`,
			`t.yaml:7: the description: key "target" is missing, without which there is no use for "features"`}},
		{"no lanes beside the remote cart", "target: {baseURL: \"https://x.example\", region: US}\n" + remote, []string{
			`t.yaml:1: the description: key "lanes" is missing, without which there is no use for "target"`}},
		{"remote cart without keys", "remoteCart:\n  baseURL: https://x.example\n", []string{
			`t.yaml:1: remoteCart: key "accessKey" is missing`, `t.yaml:1: remoteCart: key "secretKey" is missing`, `t.yaml:1: remoteCart: key "associateTag" is missing`}},
		{"remote cart behind a password", "remoteCart: {baseURL: \"https://${USER}:${PASSWORD}@x.example\", accessKey: \"${KEY}\", secretKey: \"${SECRET}\", associateTag: t}\n", []string{
			`t.yaml:1: remoteCart.baseURL: wanted a URL without user-info: requests to the remote cart are signed, with accessKey and secretKey`}},
		{"tag twice", remote + "  otherAssociateTag: mytag-20\n", []string{`t.yaml:6: remoteCart.otherAssociateTag: wanted another tag than associateTag, got "mytag-20" again`}},
		{"locale twice", remote + "  otherLocales:\n    - {locale: UK, baseURL: https://a.example}\n    - {locale: US, baseURL: https://b.example}\n", []string{
			`t.yaml:8: remoteCart.otherLocales[1].locale: wanted another locale than those before it, got "US" again`}},
		{"bad host", remote + "  otherLocales:\n    - {locale: UK, baseURL: https://a.example, host: \"https://b\"}\n", []string{
			`t.yaml:7: remoteCart.otherLocales[0].host: wanted a host such as webservices.example.co.uk, got "https://b"`}},
		{"remote rate without a burst", remote + "  rateLimit: {requestsPerSecond: 1, burst: 0}\n", []string{
			`t.yaml:6: remoteCart.rateLimit.burst: wanted at least 1 where requestsPerSecond is above 0, got 0`}},
		{"remote feature of the other API", remote + "  features: [auth]\n", []string{
			`t.yaml:6: remoteCart.features[0]: wanted one of soap, response-groups, locales, got "auth"`}},
		{"remote product in two roles", remote + "  products:\n    available: [{asin: a}, {asin: b}]\n    capped: [{asin: b, maximum: 2}]\n", []string{
			`t.yaml:8: remoteCart.products.capped[0].asin: wanted a product of its own, got "b", which is that of remoteCart.products.available[1] already; the suites tell a cart's items apart by their products`}},
		{"strange reason", remote + "  products:\n    unavailable: [{asin: b, because: discontinue}]\n", []string{
			`t.yaml:7: remoteCart.products.unavailable[0].because: wanted one of out-of-stock, discontinued, not-yet-released, got "discontinue"; did you mean "discontinued"?`}},
		{"cap of nothing", remote + "  products:\n    capped: [{asin: b, maximum: 0}]\n", []string{`t.yaml:7: remoteCart.products.capped[0].maximum: wanted at least 1, got 0`}},
		{"no lanes", "target: {baseURL: \"https://x.example\", region: US}\nlanes: []\n", []string{"t.yaml:2: lanes: wanted at least 1, got 0"}},
		{"no buyer", head + "features: []\n" + "data: {}\n", nil},
		{"lane without buyer", "target: {baseURL: \"https://x.example\", region: US}\nlanes:\n  - cartId: c\n", []string{`t.yaml:3: lanes[0]: key "buyer" is missing`}},
		{"unknown with a guess", "target: {baseURL: \"https://x.example\", region: US}\nlanes:\n  - {buyr: a@example.com}\n", []string{`t.yaml:3: key "buyr" is unknown in lanes[0]; did you mean "buyer"?`}},
		{"unknown in case", head + "Features: [auth]\n", []string{`t.yaml:3: key "Features" is unknown in the description; did you mean "features"?`}},
		{"unknown without", head + "zzzzzz: 1\n", []string{`t.yaml:3: key "zzzzzz" is unknown in the description; known: control, data, features, lanes, ordering, profile, remoteCart, search, target`}},
		{"duplicate", head + "profile: live\nprofile: controlled\n", []string{`t.yaml:4: key "profile" is there twice in the description, first in line 3; keep one`}},
		{"number for text", head + "data:\n  offers:\n    available:\n      - {productIdentifier: 0593135229, buyingOptionIdentifier: asid}\n",
			[]string{`t.yaml:6: data.offers.available[0].productIdentifier: wanted text, got the number 0593135229; quote it: "0593135229"`}},
		{"octal for text", head + "data:\n  addresses:\n    deliverable:\n      fullName: A\n      addressLine1: B\n      city: C\n      postalCode: 01234\n      countryCode: US\n      stateOrRegion: D\n",
			[]string{`t.yaml:9: data.addresses.deliverable.postalCode: wanted text, got the number 01234; quote it: "01234"`}},
		{"truth for text", "target: {baseURL: \"https://x.example\", region: US}\nlanes: [{buyer: a@example.com,\n  cartId: true}]\n",
			[]string{`t.yaml:3: lanes[0].cartId: wanted text, got the truth value true; quote it: "true"`}},
		{"date for text", "target: {baseURL: \"https://x.example\", region: US}\nlanes: [{buyer: a@example.com, cartId: 2025-04-30}]\n",
			[]string{`t.yaml:2: lanes[0].cartId: wanted text, got the date 2025-04-30; quote it: "2025-04-30"`}},
		{"exponent for text", head + "remoteCart: {baseURL: \"https://x.example\", accessKey: \"${KEY}\", secretKey: \"${SECRET}\", associateTag: t,\n  products: {unavailable: [{asin: 1E10}]}}\n",
			[]string{`t.yaml:4: remoteCart.products.unavailable[0].asin: wanted text, got the number 1E10; quote it: "1E10"`}},
		{"nothing for text", "target: {baseURL: \"https://x.example\", region: US}\nlanes: [{buyer: a@example.com, cartId: }]\n",
			[]string{`t.yaml:2: lanes[0].cartId: wanted text, got nothing; fill it in or leave the key out`}},
		{"nothing for keys", head + "data:\n", []string{`t.yaml:3: data: wanted keys below it, got nothing; fill it in or leave the key out`}},
		{"text for a list", head + "features: auth\n", []string{"t.yaml:3: features: wanted a list, got the text; `cartconform init` shows the form"}},
		{"text for a number", inTarget(`rateLimit: {requestsPerSecond: "2"}`), []string{"t.yaml:4: target.rateLimit.requestsPerSecond: wanted a number, got the text 2"}},
		{"fraction for a whole number", inTarget(`rateLimit: {requestsPerSecond: 2, burst: 1.5}`), []string{"t.yaml:4: target.rateLimit.burst: wanted a whole number, got the number 1.5"}},
		{"negative rate", inTarget(`rateLimit: {requestsPerSecond: -2}`), []string{"t.yaml:4: target.rateLimit.requestsPerSecond: wanted at least 0, got -2"}},
		{"infinite rate", inTarget(`rateLimit: {requestsPerSecond: .inf}`), []string{"t.yaml:4: target.rateLimit.requestsPerSecond: wanted a number, got the number .inf"}},
		{"stock of nothing", head + "data:\n  offers:\n    limited: [{productIdentifier: p, buyingOptionIdentifier: b, stock: 0}]\n", []string{"t.yaml:5: data.offers.limited[0].stock: wanted at least 1, got 0"}},
		{"number for a duration", inTarget(`timeout: 30`), []string{`t.yaml:4: target.timeout: wanted text, got the number 30; quote it: "30"`}},
		{"bad duration", inTarget(`timeout: 30 s`), []string{`t.yaml:4: target.timeout: wanted a duration such as 30s or 1m30s, got "30 s"`}},
		{"no duration", inTarget(`timeout: 0s`), []string{`t.yaml:4: target.timeout: wanted a duration above zero such as 30s, got "0s"`}},
		{"unknown region", "target:\n  baseURL: https://x.example\n  region: GB\nlanes: [{buyer: a@example.com}]\n", []string{`t.yaml:3: target.region: wanted one of DE, FR, UK, IT, ES, IN, US, CA, MX, JP, AU, got "GB"`}},
		{"unknown profile", head + "profile: static\n", []string{`t.yaml:3: profile: wanted one of live, controlled, static-sandbox, got "static"`}},
		{"unknown feature", head + "features:\n  - auth\n  - paginatoin\n", []string{`t.yaml:5: features[1]: wanted one of pagination, ordering, product-search, auth, throttling, size-limit, got "paginatoin"; did you mean "pagination"?`}},
		{"feature twice", head + "features: [auth, auth]\n", []string{`t.yaml:3: features: an item is there twice; keep one`}},
		{"bad e-mail", "target: {baseURL: \"https://x.example\", region: US}\nlanes: [{buyer: me}]\n", []string{`t.yaml:2: lanes[0].buyer: wanted an e-mail address, got "me"`}},
		{"placeholder", "target: {baseURL: \"https://x.example\", region: US}\nlanes: [{buyer: \"<e-mail>\"}]\n", []string{`t.yaml:2: lanes[0].buyer: <e-mail> is a placeholder; fill it in or leave the key out`}},
		{"alias", "target: &t {baseURL: \"https://x.example\", region: US}\nlanes: [{buyer: a@example.com}]\n", []string{`t.yaml:1: target: anchors and aliases are not read; write the value out`}},
		{"literal header", inTarget(`headers: {x-amz-access-token: Atza-hidden}`), []string{`t.yaml:4: target.headers.x-amz-access-token: a secret is not written into the file; write "${AMZ_ACCESS_TOKEN}" and export AMZ_ACCESS_TOKEN`}},
		{"literal number", inTarget(`headers: {X-Api-Key: 123456}`), []string{`t.yaml:4: target.headers.X-Api-Key: a secret is not written into the file; write "${API_KEY}" and export API_KEY`}},
		{"literal secrets", inTarget("auth:\n    lwa:\n      clientId: c\n      clientSecret: hidden\n      refreshToken: Atzr ${REFRESH}"), []string{
			`t.yaml:7: target.auth.lwa.clientSecret: a secret is not written into the file; write "${CLIENT_SECRET}" and export CLIENT_SECRET`,
			`t.yaml:8: target.auth.lwa.refreshToken: a secret is not written into the file; write "${REFRESH_TOKEN}" and export REFRESH_TOKEN`}},
		{"literal keys", head + "remoteCart:\n  baseURL: https://x.example\n  accessKey: hidden\n  secretKey: hidden\n  associateTag: t\n", []string{
			`t.yaml:5: remoteCart.accessKey: a secret is not written into the file; write "${ACCESS_KEY}" and export ACCESS_KEY`,
			`t.yaml:6: remoteCart.secretKey: a secret is not written into the file; write "${SECRET_KEY}" and export SECRET_KEY`}},
		{"missing variable", inTarget(`headers: {x-amz-access-token: "${NONE}"}`), []string{`t.yaml:4: target.headers.x-amz-access-token: environment variable NONE is not set; export it before the run`}},
		{"empty variable", inTarget(`headers: {x-amz-access-token: "${EMPTY}"}`), []string{`t.yaml:4: target.headers.x-amz-access-token: environment variable EMPTY is empty`}},
		{"variable with a line break", inTarget(`headers: {x-amz-access-token: "${BROKEN}"}`), []string{`t.yaml:4: target.headers.x-amz-access-token: environment variable BROKEN holds a line break or another control character; export it without`}},
		{"open reference", inTarget(`badHeaders: {x-amz-access-token: "${TOKEN"}`), []string{`t.yaml:4: target.badHeaders.x-amz-access-token: a reference to an environment variable is not closed or has an invalid name; write ${NAME}`}},
		{"variable elsewhere", "target: {baseURL: \"https://x.example\", region: US}\nlanes: [{buyer: \"${USER}@example.com\"}]\n", []string{`t.yaml:2: lanes[0].buyer: ${USER} is not read here; environment variables are read in headers, credentials and base URLs`}},
		{"password in the URL", "target:\n  baseURL: https://u:hidden@x.example\n  region: US\nlanes: [{buyer: a@example.com}]\n", []string{`t.yaml:2: target.baseURL: a password is not written into the file; write https://${TARGET_USER}:${TARGET_PASSWORD}@host and export both`}},
		{"no scheme", "target:\n  baseURL: localhost:8080\n  region: US\nlanes: [{buyer: a@example.com}]\n", []string{`t.yaml:2: target.baseURL: wanted a URL that starts with https:// or http://, got "localhost:8080"`}},
		{"query", "target:\n  baseURL: https://x.example?a=b\n  region: US\nlanes: [{buyer: a@example.com}]\n", []string{`t.yaml:2: target.baseURL: wanted a URL without a query, got "https://x.example?a=b"`}},
		{"variable in the host", "target:\n  baseURL: https://${USER}.example\n  region: US\nlanes: [{buyer: a@example.com}]\n", []string{`t.yaml:2: target.baseURL: environment variables are read in the user-info of a URL, as in https://${USER}:${PASSWORD}@host, or as the whole value`}},
		{"framing header", inTarget(`headers: {content-length: "3"}`), []string{`t.yaml:4: target.headers: header content-length is set by the transport; leave it out`}},
		{"no header name", inTarget(`headers: {"x y": "3"}`), []string{`t.yaml:4: target.headers: "x y" is no header name`}},
		{"header twice", inTarget(`headers: {x-a: "3", X-A: "4"}`), []string{`t.yaml:4: target.headers: header x-a is there twice; keep one`}},
		{"two tokens", inTarget("headers: {x-amz-access-token: \"${TOKEN}\"}\n  auth: {lwa: {clientId: c, clientSecret: \"${SECRET}\", refreshToken: \"${REFRESH}\"}}"), []string{
			`t.yaml:5: target.auth.lwa and target.headers.x-amz-access-token both give the access token; keep one`}},
		{"same lane", "target: {baseURL: \"https://x.example\", region: US}\nlanes:\n  - buyer: a@example.com\n  - buyer: a@example.com\n", []string{
			`t.yaml:4: lanes[1]: the cart of a@example.com belongs to lanes[0] already; a lane has its buyer and cart to itself: give each its own buyer, or its own cartId`}},
		{"same cart", "target: {baseURL: \"https://x.example\", region: US}\nlanes:\n  - {buyer: a@example.com, cartId: c}\n  - {buyer: a@example.com, cartId: d, otherCartId: c}\n", []string{
			`t.yaml:4: lanes[1].otherCartId: cart "c" of a@example.com belongs to lanes[0] already; a lane has its buyer and cart to itself: give each its own buyer, or its own cartId`}},
		{"discovered cart", "target: {baseURL: \"https://x.example\", region: US}\nlanes:\n  - {buyer: a@example.com, cartId: c}\n  - {buyer: a@example.com}\n", []string{
			`t.yaml:4: lanes[1]: a@example.com has lanes[0] too, so the cart cannot be discovered; give this lane its cartId`}},
		{"two products", head + "data:\n  offers:\n    sameProduct:\n      - {productIdentifier: p, buyingOptionIdentifier: a}\n      - {productIdentifier: q, buyingOptionIdentifier: a}\n", []string{
			`t.yaml:7: data.offers.sameProduct[1]: wanted the product of the first offer, "p", got "q"`,
			`t.yaml:7: data.offers.sameProduct[1]: wanted another buying option than that of offer 0, got "a" again`}},
		{"offer twice", head + "data:\n  offers:\n    available:\n      - {productIdentifier: p, buyingOptionIdentifier: a}\n      - {productIdentifier: p, buyingOptionIdentifier: a}\n", []string{
			`t.yaml:7: data.offers.available[1].productIdentifier: wanted a product of its own, got "p", which is that of data.offers.available[0] already; the suites tell a cart's lines apart by their products`}},
		{"product in two roles", head + "data:\n  offers:\n    available: [{productIdentifier: p, buyingOptionIdentifier: a}]\n    sameProduct:\n      - {productIdentifier: q, buyingOptionIdentifier: b}\n" +
			"      - {productIdentifier: q, buyingOptionIdentifier: c}\n    limited:\n      - {productIdentifier: q, buyingOptionIdentifier: c, stock: 1}\n    hosted: [{productIdentifier: p, buyingOptionIdentifier: d}]\n", []string{
			`t.yaml:10: data.offers.limited[0].productIdentifier: wanted a product of its own, got "q", which is that of data.offers.sameProduct[0] already; the suites tell a cart's lines apart by their products`,
			`t.yaml:11: data.offers.hosted[0].productIdentifier: wanted a product of its own, got "p", which is that of data.offers.available[0] already; the suites tell a cart's lines apart by their products`}},
		{"product of sameProduct elsewhere", head + "data:\n  offers:\n    available: [{productIdentifier: q, buyingOptionIdentifier: b}]\n    sameProduct:\n      - {productIdentifier: q, buyingOptionIdentifier: b}\n" +
			"      - {productIdentifier: q, buyingOptionIdentifier: c}\n", []string{
			`t.yaml:7: data.offers.sameProduct[0].productIdentifier: wanted a product of its own, got "q", which is that of data.offers.available[0] already; the suites tell a cart's lines apart by their products`,
			`t.yaml:8: data.offers.sameProduct[1].productIdentifier: wanted a product of its own, got "q", which is that of data.offers.available[0] already; the suites tell a cart's lines apart by their products`}},
		{"no state", head + "data:\n  addresses:\n    other: {fullName: A, addressLine1: B, city: C, postalCode: \"1\", countryCode: US}\n", []string{
			`t.yaml:5: data.addresses.other: key "stateOrRegion" is missing, which addresses in the US need; add the state, e.g. stateOrRegion: WA`}},
		{"no state abroad", head + "data:\n  addresses:\n    other: {fullName: A, addressLine1: B, city: C, postalCode: \"1\", countryCode: DE}\n", nil},
		{"no rate and no burst", inTarget(`rateLimit: {requestsPerSecond: 0, burst: 0}`), nil},
		{"rate without a burst", inTarget(`rateLimit: {requestsPerSecond: 2, burst: 0}`), []string{"t.yaml:4: target.rateLimit.burst: wanted at least 1 where requestsPerSecond is above 0, got 0"}},
		{"real orders", head + "ordering:\n  paymentMethod: StoredPaymentMethod\n  trialMode: false\n", []string{
			`t.yaml:5: ordering.trialMode: without trial mode orders are real; write placeRealOrders: true to permit that, or trialMode: true`}},
		{"bad path", head + "control:\n  setPrice: {method: POST, path: x}\n", []string{`t.yaml:4: control.setPrice.path: wanted a path that starts with / and is percent-encoded, got "x"`}},
		{"all at once", "target:\n  baseUrl: https://x.example\n  region: XX\nlanes:\n  - {buyer: 5}\nprofil: live\n", []string{
			`t.yaml:2: key "baseUrl" is unknown in target; did you mean "baseURL"?`,
			`t.yaml:3: target.region: wanted one of DE, FR, UK, IT, ES, IN, US, CA, MX, JP, AU, got "XX"`,
			`t.yaml:5: lanes[0].buyer: wanted text, got the number 5; quote it: "5"`,
			`t.yaml:6: key "profil" is unknown in the description; did you mean "profile"?`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.want == nil {
				parse(t, test.text)
				return
			}
			got := problems(t, test.text)
			if !slices.Equal(got, test.want) {
				t.Errorf("wanted\n%s\ngot\n%s", strings.Join(test.want, "\n"), strings.Join(got, "\n"))
			}
			for _, line := range got {
				if strings.Contains(line, "hidden") {
					t.Errorf("wanted no secret, got %s", line)
				}
			}
		})
	}
}
