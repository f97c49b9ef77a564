package businesscart

import (
	"iter"
	"slices"
)

// This file holds what may make a walk shorter, beside leaving steps out of it.

// size is that of a walk's arguments.
func size(steps []stride) int {
	n := 0
	for _, s := range steps {
		n += 1 + s.times
		for _, p := range s.parts {
			n += 10 + p.quantity
		}
	}
	return n
}

// leaps gives walks that are much shorter.
func leaps(both bool) []func([]stride) iter.Seq[[]stride] {
	return []func([]stride) iter.Seq[[]stride]{
		withoutReadings, barely,
		func(steps []stride) iter.Seq[[]stride] { return fromThere(steps, both) },
		withoutOffers,
	}
}

// nips gives walks that are a little shorter or simpler.
func nips() []func([]stride) iter.Seq[[]stride] {
	return []func([]stride) iter.Seq[[]stride]{merged, eachBarely, withFewer, withLess}
}

// barely is the walk without the readings that only tell whose mistake it is; the last
// step, if it goes to the other cart, reads what became of that.
func barely(steps []stride) iter.Seq[[]stride] {
	return func(yield func([]stride) bool) {
		all := slices.Clone(steps)
		for i := range all {
			all[i].bare = i < len(all)-1 || all[i].action != cross
		}
		yield(all)
	}
}

// fromThere gives walks that bring about in one step what the carts held at some
// moment, and then go on: from the last step, from the one before it, two before that,
// and so on.
func fromThere(steps []stride, both bool) iter.Seq[[]stride] {
	return func(yield func([]stride) bool) {
		for back := 1; back <= len(steps); back *= 2 {
			at := len(steps) - back
			var short []stride
			held := steps[at].held
			if both && len(held[1]) > 0 {
				short = append(short, stride{action: put, parts: held[1]}, stride{action: cross, bare: true})
			}
			if len(held[0]) > 0 {
				short = append(short, stride{action: put, parts: held[0]})
			}
			if len(short) < at && !yield(append(short, steps[at:]...)) {
				return
			}
		}
	}
}

// withoutReadings leaves out all steps that read, but for the last step.
func withoutReadings(steps []stride) iter.Seq[[]stride] {
	return func(yield func([]stride) bool) {
		var changing []stride
		for i, s := range steps {
			if i == len(steps)-1 || !slices.Contains([]action{look, sumUp, cost, list, reckon}, s.action) {
				changing = append(changing, s)
			}
		}
		yield(changing)
	}
}

// withoutOffers gives walks that have nothing to do with one of the offers.
func withoutOffers(steps []stride) iter.Seq[[]stride] {
	return func(yield func([]stride) bool) {
		var seen []int
		for _, s := range steps {
			for _, p := range s.parts {
				if slices.Contains(seen, p.which) {
					continue
				}
				seen = append(seen, p.which)
				if !yield(withoutOffer(steps, p.which)) {
					return
				}
			}
		}
	}
}

// withoutOffer leaves an offer, and the lines that came from it, out of all steps.
func withoutOffer(steps []stride, offer int) []stride {
	var without []stride
	for _, s := range steps {
		if len(s.parts) > 0 {
			s.parts = slices.DeleteFunc(slices.Clone(s.parts), func(p part) bool {
				return p.which == offer
			})
			if len(s.parts) == 0 {
				continue
			}
		}
		without = append(without, s)
	}
	return without
}

// merged gives walks in which two additions, or two modifications, are one, in the
// place of the earlier or of the later.
func merged(steps []stride) iter.Seq[[]stride] {
	return func(yield func([]stride) bool) {
		for i := range steps {
			for j := i + 1; j < len(steps); j++ {
				if steps[i].action != steps[j].action || steps[i].action != put && steps[i].action != set {
					continue
				}
				one := steps[i]
				one.parts = joined(one.parts, steps[j].parts)
				for _, at := range []int{i, j} {
					if !yield(slices.Concat(steps[:i], only(at == i, one), steps[i+1:j], only(at == j, one), steps[j+1:])) {
						return
					}
				}
			}
		}
	}
}

func only(is bool, s stride) []stride {
	if is {
		return []stride{s}
	}
	return nil
}

// joined has the parts of two steps; of an offer that is in both, the units of
// both, and of a line the later quantity.
func joined(a, b []part) []part {
	all := slices.Clone(a)
	for _, p := range b {
		i := slices.IndexFunc(all, func(o part) bool { return o.which == p.which && o.nth == p.nth })
		switch {
		case i < 0:
			all = append(all, p)
		case !p.from:
			all[i].quantity = min(most, all[i].quantity+p.quantity)
		default:
			all[i].quantity = p.quantity
		}
	}
	return all
}

// eachBarely gives walks in which one more step goes without the readings that only
// tell whose mistake it is.
func eachBarely(steps []stride) iter.Seq[[]stride] {
	return func(yield func([]stride) bool) {
		for i := range steps {
			if steps[i].bare {
				continue
			}
			less := slices.Clone(steps)
			if less[i].bare = true; !yield(less) {
				return
			}
		}
	}
}

// withFewer gives walks in which one step names an offer or a line less.
func withFewer(steps []stride) iter.Seq[[]stride] {
	return func(yield func([]stride) bool) {
		for i, s := range steps {
			for j := range s.parts {
				less := slices.Clone(steps)
				less[i].parts = slices.Delete(slices.Clone(s.parts), j, j+1)
				if len(s.parts) > 1 && !yield(less) {
					return
				}
			}
		}
	}
}

// withLess gives walks with one quantity less, or with one repetition less.
func withLess(steps []stride) iter.Seq[[]stride] {
	return func(yield func([]stride) bool) {
		for i, s := range steps {
			for j, p := range s.parts {
				for _, quantity := range lower(p.quantity) {
					less := slices.Clone(steps)
					less[i].parts = slices.Clone(s.parts)
					if less[i].parts[j].quantity = quantity; !yield(less) {
						return
					}
				}
			}
			for _, times := range lower(s.times) {
				less := slices.Clone(steps)
				if less[i].times = times; !yield(less) {
					return
				}
			}
		}
	}
}

// lower gives numbers below n that may do: 1, half of it, one less.
func lower(n int) []int {
	var numbers []int
	for _, m := range []int{1, n / 2, n - 1} {
		if m > 0 && m < n && !slices.Contains(numbers, m) {
			numbers = append(numbers, m)
		}
	}
	return numbers
}
