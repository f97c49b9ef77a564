package spec

import (
	"slices"
	"testing"
	"time"
)

// benchmarkExchange is the answer that the figures are about: getItems, 5 lines,
// 1.6 kB.
func benchmarkExchange(b *testing.B) *Exchange {
	return testExchange("getItems", 200, answerFile(b, "getItems-5-lines.json"))
}

func BenchmarkDecodeOnly(b *testing.B) {
	body := benchmarkExchange(b).Response.Body
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := Decode(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	c, x := businessCartT(b), benchmarkExchange(b)
	body := x.Response.Body
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		x.Response.Body = another(body, i)
		if j := c.Judge(x); len(j.Violations)+len(j.Drift) > 0 {
			b.Fatal(j)
		}
	}
}

// BenchmarkJudgeAgain is BenchmarkJudge for a body that came before.
func BenchmarkJudgeAgain(b *testing.B) {
	c, x := businessCartT(b), benchmarkExchange(b)
	b.ReportAllocs()
	for b.Loop() {
		if j := c.Judge(x); len(j.Violations)+len(j.Drift) > 0 {
			b.Fatal(j)
		}
	}
}

// another gives a body that says the same and was not judged before: the number is
// written in blanks and tabs.
func another(body []byte, i int) []byte {
	number := make([]byte, 32)
	for at := range number {
		number[at] = " \t"[i>>at&1]
	}
	return slices.Concat(body, number)
}

// BenchmarkJudgeRatio reports how many times the cost of decoding a judgement
// takes: the promise is 6 at most. Both are timed in turn, so that a busy
// machine slows both.
func BenchmarkJudgeRatio(b *testing.B) {
	c, x := businessCartT(b), benchmarkExchange(b)
	body := x.Response.Body
	var decoding, judging time.Duration
	i := 0
	for b.Loop() {
		start := time.Now()
		for range 10 {
			_, _ = Decode(body)
		}
		middle := time.Now()
		for range 10 {
			x.Response.Body = another(body, i)
			c.Judge(x)
			i++
		}
		decoding, judging = decoding+middle.Sub(start), judging+time.Since(middle)
	}
	b.ReportMetric(float64(judging)/float64(decoding), "judge/decode")
}

func BenchmarkLoad(b *testing.B) {
	options := businessCartT(b).Options()
	for b.Loop() {
		if _, err := Load(options); err != nil {
			b.Fatal(err)
		}
	}
}
