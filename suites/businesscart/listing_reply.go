package businesscart

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

const (
	defaultPageSize = 5
	maxPageSize     = 10
	maxPages        = 60 // a walk of more pages is given up
)

// Listed is one cart of a list.
type Listed struct {
	ID, Type, Region string
	Raw              map[string]any
}

// Page is an answer of listCarts.
type Page struct {
	*Reply
	size int // that was asked for; 0 = left to the target
}

// askPage asks for a page of a buyer's carts, whatever comes of it.
func askPage(ctx context.Context, buyer string, size int, token string) *Page {
	return &Page{ask(ctx, listCartsCall(ctx, buyer, size, token)), size}
}

// FirstPage reads the first page of a buyer's carts.
func FirstPage(ctx context.Context, buyer string, size int) *Page {
	return askPage(ctx, buyer, size, "").must(ctx, "CART-LIST-01")
}

// must ends the spec unless the answer is a list of carts: because of promise id
// when the request was turned down.
func (p *Page) must(ctx context.Context, id string) *Page {
	const wanted = "a success answer with an array cartDetailsList"
	if !p.Success() {
		stage.Needs(ctx, id, p.X, wanted, p.Says())
	}
	if _, ok := p.Array("cartDetailsList"); !ok {
		stage.Needs(ctx, "CART-LIST-01", p.X, wanted, p.Says())
	}
	return p
}

// Entries gives the carts of the page.
func (p *Page) Entries() []Listed { return entriesOf(p.Reply) }

func entriesOf(r *Reply) []Listed {
	var entries []Listed
	for _, o := range objects(r.Doc["cartDetailsList"]) {
		entries = append(entries, Listed{str(o["id"]), str(o["cartType"]), str(o["region"]), o})
	}
	return entries
}

// named ends the spec unless each cart of the page has an id.
func (p *Page) named(ctx context.Context) *Page {
	for _, e := range p.Entries() {
		if e.ID == "" {
			stage.Needs(ctx, "CART-LIST-02", p.X, "an id in each entry", p.Says())
		}
	}
	return p
}

// placed ends the spec unless each cart of the page has a region.
func (p *Page) placed(ctx context.Context) *Page {
	for _, e := range p.Entries() {
		if e.Region == "" {
			stage.Needs(ctx, "CART-LIST-03", p.X, "a region in each entry", p.Says())
		}
	}
	return p
}

// Next gives the token of the next page; "" when there is none. null and an
// empty text count as none: they are drift.
func (p *Page) Next(ctx context.Context) string {
	v := p.Doc["nextPageToken"]
	token, ok := v.(string)
	if v != nil && !ok {
		stage.Needs(ctx, "CART-LIST-16", p.X, "a nextPageToken that is a text", p.Says())
	}
	return token
}

// Walk is a way through a buyer's carts, page by page.
type Walk struct {
	buyer string
	size  int
	pages []*Page
	ids   []string        // each once, in the order in which they came
	seen  map[string]bool // the same
	twice []string        // ids that came again beside new ones
	idle  int             // pages since the last one with a new id
	done  bool
	taken string // reserved characters of the tokens that were accepted
}

// AllCarts follows the pages of a buyer's list to its end.
func AllCarts(ctx context.Context, buyer string, size int) *Walk {
	w := &Walk{buyer: buyer, size: size}
	for w.step(ctx) {
	}
	return w
}

// step reads the next page and reports whether there is another one.
func (w *Walk) step(ctx context.Context) bool {
	if w.done {
		return false
	}
	token := ""
	if len(w.pages) > 0 {
		token = w.last().Next(ctx)
	}
	page := askPage(ctx, w.buyer, w.size, token)
	if !page.Success() {
		page.must(ctx, w.promise(ctx, token))
	}
	page.must(ctx, "CART-LIST-01").named(ctx)
	w.taken += reserved(token)
	w.pages = append(w.pages, page)
	again := w.take(page)
	// A target may give an empty page and go on; one that shows the same carts
	// again, or nothing for several pages, has come to its end or turns in circles.
	w.done = page.Next(ctx) == "" || w.idle > 0 && again || w.idle >= 3
	if !w.done && len(w.pages) >= maxPages {
		stage.Inconclusive(ctx, "%s has more carts than the suite follows (%d pages of %d): describe a buyer with 11 to 60 carts as data.manyCartsBuyer",
			w.buyer, maxPages, w.pageSize())
	}
	return !w.done
}

// take notes the carts of a page and reports whether there were old ones.
func (w *Walk) take(page *Page) (again bool) {
	if w.seen == nil {
		w.seen = map[string]bool{}
	}
	before := len(w.ids)
	var old []string
	for _, e := range page.Entries() {
		if w.seen[e.ID] {
			old = append(old, e.ID)
			continue
		}
		w.seen[e.ID] = true
		w.ids = append(w.ids, e.ID)
	}
	if len(w.ids) > before || len(w.pages) == 1 {
		w.idle, w.twice = 0, append(w.twice, old...)
	} else {
		w.idle++
	}
	return len(old) > 0
}

// promise names the promise that the refusal of a page breaks.
func (w *Walk) promise(ctx context.Context, token string) string {
	switch {
	case w.size == 0:
		return "CART-LIST-15"
	case token == "":
		return "CART-LIST-01"
	case !coveredBy(reserved(token), w.taken) && !w.takesEncoded(ctx, token):
		return "CART-LIST-14"
	}
	return "CART-LIST-13"
}

// takesEncoded reports whether some other token, with the same characters that
// need encoding, is accepted: then those are not why a token is refused.
func (w *Walk) takesEncoded(ctx context.Context, refused string) bool {
	token := FirstPage(ctx, w.buyer, 1).Next(ctx)
	return token != refused && coveredBy(reserved(refused), token) && askPage(ctx, w.buyer, 1, token).Success()
}

// coveredBy reports whether all characters of a text occur in another one.
func coveredBy(text, in string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune(in, r) })
}

// reserved gives the characters of a token that a query must not hold as they are.
func reserved(token string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._~", r) {
			return -1
		}
		return r
	}, token)
}

func (w *Walk) last() *Page { return w.pages[len(w.pages)-1] }

func (w *Walk) pageSize() int {
	if w.size == 0 {
		return defaultPageSize
	}
	return w.size
}

func (w *Walk) String() string {
	size := fmt.Sprintf("pageSize %d", w.size)
	if w.size == 0 {
		size = "no pageSize"
	}
	return fmt.Sprintf("%s on %s (%s)", counted(len(w.ids), "cart"), counted(len(w.pages), "page"), size)
}

// Fit ends the spec unless two walks through the same list fit together: with a
// finding of the promise of paging that is broken when the spec judges that one.
func (w *Walk) Fit(ctx context.Context, other *Walk) {
	m := mismatch(w, other)
	if m == nil {
		stage.Judged(ctx)
		return
	}
	if mayMove(ctx, w.buyer) {
		if again := AllCarts(ctx, other.buyer, other.size); !sameIDs(again.ids, other.ids) {
			stage.Inconclusive(ctx, "the carts of %s changed while their list was read: %s, then %s", w.buyer, other, again)
		}
	}
	for _, pair := range [][2]*Walk{{w, other}, {other, w}} { // an id that only one of them shows may name no cart at all
		for _, id := range pair[0].ids {
			if !pair[1].seen[id] {
				pair[0].mustName(ctx, id)
				break
			}
		}
	}
	stage.Needs(ctx, m.id, m.page.X, m.wanted, m.got)
}

// mayMove reports whether a buyer's carts may change while their list is read:
// somebody works on those of a live target, and lanes with the same buyer may
// clear theirs, which may give them new ids.
func mayMove(ctx context.Context, buyer string) bool {
	t := stage.Of(ctx).Target()
	lanes := 0
	for _, lane := range t.Lanes {
		if lane.Buyer == buyer {
			lanes++
		}
	}
	return t.Profile == target.Live || lanes > 1
}

// mustName ends the spec when a listed id names no cart.
func (w *Walk) mustName(ctx context.Context, id string) {
	c := getCartCall(ctx, id)
	c.Header.Set(buyerHeader, w.buyer)
	if r := ask(ctx, c); r.Refused() {
		stage.Needs(ctx, "CART-LIST-04", r.X, "cart "+id+" of the list", r.Says())
	}
}

type flaw struct {
	id          string
	page        *Page
	wanted, got string
}

// mismatch finds what keeps two walks from fitting together.
func mismatch(a, b *Walk) *flaw {
	for _, w := range []*Walk{a, b} {
		if len(w.twice) > 0 {
			return &flaw{"CART-LIST-13", w.last(), "each cart once in all pages together",
				fmt.Sprintf("cart %s again after it was listed already (%s)", stage.Short(w.twice[0]), w)}
		}
	}
	same := sameIDs(a.ids, b.ids)
	for _, w := range []*Walk{a, b} {
		if w.idle == 0 {
			continue
		}
		page := w.pages[len(w.pages)-1-w.idle]
		token := fmt.Sprintf("token %q, which leads to %s (%s in all)", stage.Short(str(page.Doc["nextPageToken"])), seenCarts(w.last().Reply), w)
		if same {
			return &flaw{"CART-LIST-12", page, "no nextPageToken beside the last carts", token}
		}
		return &flaw{"CART-LIST-13", w.last(), "a nextPageToken that leads to the next carts", token}
	}
	if same {
		return nil
	}
	few, many := a, b
	if !slices.ContainsFunc(many.ids, func(id string) bool { return !few.seen[id] }) {
		few, many = b, a
	}
	// A list that ends in the middle, after a full page, lacks a token; one that
	// leaves carts out on its way, or ends with less than a page, loses them.
	if slices.Equal(few.ids, many.ids[:min(len(few.ids), len(many.ids))]) && len(few.last().Entries()) >= few.pageSize() {
		return &flaw{"CART-LIST-11", few.last(), "a nextPageToken with each page that does not reach the end of the list",
			fmt.Sprintf("none after %s, while there are %s", few, many)}
	}
	return &flaw{"CART-LIST-13", few.last(), fmt.Sprintf("the same carts for every page size, as in %s", many), few.String()}
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func sameIDs(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// SeveralCarts gives a buyer with two carts or more, and the walk that shows it.
func SeveralCarts(ctx context.Context) *Walk {
	s := stage.Of(ctx)
	buyer := describedManyCarts(ctx)
	described := buyer != "" || s.Lane().OtherCartID != ""
	if buyer == "" {
		buyer = s.Lane().Buyer
	}
	w := AllCarts(ctx, buyer, maxPageSize)
	if len(w.ids) < 2 {
		end := stage.NotApplicable // no target must have a buyer with two carts
		if described {
			end = stage.Inconclusive
		}
		end(ctx, "listCarts shows %s of %s in region %s, at least 2 are needed: name a buyer with several carts as "+
			"data.manyCartsBuyer, or a second cart as lanes[].otherCartId, in the target description", w, buyer, s.Target().Region)
	}
	return w
}

// ManyCarts gives the buyer with more carts than a page holds.
func ManyCarts(ctx context.Context) string {
	if !stage.Of(ctx).Target().Claims(target.Pagination) {
		stage.NotApplicable(ctx, "the target does not claim feature %s", target.Pagination)
	}
	buyer := describedManyCarts(ctx)
	if buyer == "" {
		stage.Inconclusive(ctx, "data.manyCartsBuyer is missing from the target description")
	}
	return buyer
}

// MoreCarts is ManyCarts for a spec that asks a promise once more, on a longer
// list than every target has to have.
func MoreCarts(ctx context.Context) string {
	buyer := describedManyCarts(ctx)
	if buyer == "" {
		stage.NotApplicable(ctx, "the target description has no data.manyCartsBuyer")
	}
	return buyer
}

func describedManyCarts(ctx context.Context) string {
	s := stage.Of(ctx)
	if doubt := s.Doubt("data.manyCartsBuyer"); doubt != "" {
		stage.Inconclusive(ctx, "data.manyCartsBuyer does not play its role: %s", doubt)
	}
	return s.Target().Data.ManyCartsBuyer
}

// SomeCarts reads the first page of a buyer who has at least one cart.
func SomeCarts(ctx context.Context, buyer string) *Page {
	page := FirstPage(ctx, buyer, maxPageSize)
	if list, _ := page.Array("cartDetailsList"); len(list) == 0 {
		stage.Inconclusive(ctx, "listCarts shows no cart of %s in region %s: there is nothing to look at", buyer, stage.Of(ctx).Target().Region)
	}
	return page
}
