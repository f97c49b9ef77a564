package spec

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// A body that came before shows the same again, also under another label, another
// status or another operation, where it is another matter.
func TestBodiesShowTheSameAgain(t *testing.T) {
	judge := func(c *Contract, operation string, status int, label, body string) Judgement {
		x := testExchange(operation, status, body)
		x.Response.Header.Set("Content-Type", label)
		return c.Judge(x)
	}
	options := businessCartT(t).Options()
	remembering, err := Load(options)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := Load(options)
	if err != nil {
		t.Fatal(err)
	}
	good := string(answerFile(t, "getItems-5-lines.json"))
	for _, body := range []string{good, strings.Replace(good, `"quantity":`, `"quantity": "x", "more":`, 1), `{"items":[`, `{"errors":[]}`, `{}`, `[]`, "<html>", ""} {
		for _, operation := range []string{"getItems", "addItems", "getCart"} {
			for _, status := range []int{200, 201, 400, 404, 418} {
				for _, label := range []string{"application/json", "text/html"} {
					fresh.bodies.shown = nil
					want := judge(fresh, operation, status, label, body)
					for range 2 {
						if got := judge(remembering, operation, status, label, body); !reflect.DeepEqual(got, want) {
							t.Fatalf("%s %d %s %.40q: wanted\n%+v\ngot\n%+v", operation, status, label, body, want, got)
						}
					}
				}
			}
		}
	}
}

// What is remembered is bounded, whatever a target answers.
func TestBodiesAreForgotten(t *testing.T) {
	var b bodies
	for i := range 1000 {
		b.keep(text{bytes: fmt.Sprintf("%04d%s", i, strings.Repeat("x", memorable-4))}, reading{})
		if b.bytes > known {
			t.Fatalf("wanted at most %d bytes remembered, got %d", known, b.bytes)
		}
	}
	if _, ok := b.find(text{bytes: fmt.Sprintf("%04d%s", 999, strings.Repeat("x", memorable-4))}); !ok {
		t.Error("wanted the last body remembered, got it forgotten")
	}
	b.keep(text{bytes: strings.Repeat("x", memorable+1)}, reading{})
	if _, ok := b.find(text{bytes: strings.Repeat("x", memorable+1)}); ok {
		t.Error("wanted a long body forgotten, got it remembered")
	}
}
