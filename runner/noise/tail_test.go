package noise

import (
	"strings"
	"testing"
)

func TestTailKeepsTheEnd(t *testing.T) {
	var tail Tail
	for range 100 {
		if n, err := tail.Write([]byte(strings.Repeat("x", 100))); n != 100 || err != nil {
			t.Fatalf("wanted 100 bytes taken, got %d, %v", n, err)
		}
	}
	if _, err := tail.Write([]byte("the end")); err != nil {
		t.Fatal(err)
	}
	if got := tail.String(); len(got) != kept || !strings.HasSuffix(got, "xthe end") {
		t.Errorf("wanted the last %d bytes, got %d: …%s", kept, len(got), got[max(0, len(got)-20):])
	}
}
