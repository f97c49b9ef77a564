package history

import (
	"context"

	"github.com/anishathalye/porcupine"
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"cartconform/suites/stage"
)

// Rounds is how often clients come together: whether their requests meet is a
// matter of luck.
const Rounds = 3

// MustFit has several clients come, and expects that some order of their requests
// explains what the answers show of each number. happens has them come once, to a
// cart that nobody has used, and gives what was seen of each number; not together,
// the same requests are made one after the other.
//
// A cart that answers wrongly to one client alone, too, breaks another promise:
// that is looked for where no order fits.
func MustFit(ctx context.Context, happens func(ctx context.Context, together bool) []History) {
	ginkgo.GinkgoHelper()
	for range Rounds {
		for _, h := range happens(ctx, true) {
			if h.explained() == porcupine.Unknown {
				stage.Inconclusive(ctx, "too many requests of the crowd were turned away to tell in which order the others were carried out")
			}
			if h.impossible() {
				mustFitOneByOne(ctx, happens)
				if core := h.Core(); h.Premise != "" {
					stage.Needs(ctx, h.Premise, core.Last().X, core.Wanted(), core.Seen())
				}
			}
			gomega.Expect(h).To(FitSomeOrder())
		}
	}
}

// mustFitOneByOne ends the spec when the requests are answered wrongly one after
// the other, too: several times, for a mistake of every tenth answer or so.
func mustFitOneByOne(ctx context.Context, happens func(ctx context.Context, together bool) []History) {
	for range 5 {
		for _, h := range happens(ctx, false) {
			if !h.impossible() {
				continue
			}
			last := h.Core().Last()
			stage.Inconclusive(ctx, "the same requests one after the other are not answered as they should be either: %s shows %s of %s",
				last.X.Operation, last.Shown, h.About)
		}
	}
}
