package engine

import (
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
)

// counting is Gomega, with a word about each assertion: a spec that asserts
// nothing passes nothing. Gomega unwraps it by Inner.
type counting struct {
	gomega.Gomega
	count func()
}

// countAssertions has Gomega call count for each assertion from now on.
func countAssertions(count func()) {
	plain := gomega.Default
	if before, ok := plain.(counting); ok {
		plain = before.Gomega
	}
	gomega.Default = counting{plain, count}
}

func (c counting) Inner() gomega.Gomega { return c.Gomega }

func (c counting) Ω(actual any, extra ...any) types.Assertion {
	c.count()
	return c.Gomega.Ω(actual, extra...)
}

func (c counting) Expect(actual any, extra ...any) types.Assertion {
	c.count()
	return c.Gomega.Expect(actual, extra...)
}

func (c counting) ExpectWithOffset(offset int, actual any, extra ...any) types.Assertion {
	c.count()
	return c.Gomega.ExpectWithOffset(offset, actual, extra...)
}

func (c counting) Eventually(actualOrCtx any, args ...any) types.AsyncAssertion {
	c.count()
	return c.Gomega.Eventually(actualOrCtx, args...)
}

func (c counting) EventuallyWithOffset(offset int, actualOrCtx any, args ...any) types.AsyncAssertion {
	c.count()
	return c.Gomega.EventuallyWithOffset(offset, actualOrCtx, args...)
}

func (c counting) Consistently(actualOrCtx any, args ...any) types.AsyncAssertion {
	c.count()
	return c.Gomega.Consistently(actualOrCtx, args...)
}

func (c counting) ConsistentlyWithOffset(offset int, actualOrCtx any, args ...any) types.AsyncAssertion {
	c.count()
	return c.Gomega.ConsistentlyWithOffset(offset, actualOrCtx, args...)
}
