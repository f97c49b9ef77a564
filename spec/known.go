package spec

import "sync"

// A target says the same again and again: of the 3,704 answers of a run against
// the reference 2,158 have a body that came before. What a body shows depends on
// its bytes and on the part of the description that it is judged by, and on
// nothing else; so it is judged once, and remembered.

// text is a body and what it is judged by.
type text struct {
	op        *operation
	answer    *answer
	described *body
	bytes     string
}

// reading is what a body shows.
type reading struct {
	document   any // never changed by anybody
	violations []Violation
	drift      []Drift
	disputes   []dispute
}

// A body that is longer is not remembered, and at most known bytes of bodies are:
// then all is forgotten. What is not remembered is judged again.
const (
	memorable = 16 << 10
	known     = 8 << 20
)

// bodies remembers what bodies show. It is safe for concurrent use.
type bodies struct {
	mu    sync.Mutex
	shown map[text]reading
	bytes int
}

func (t *bodies) find(key text) (reading, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, ok := t.shown[key]
	return s, ok
}

func (t *bodies) keep(key text, s reading) {
	if len(key.bytes) > memorable {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shown == nil || t.bytes+len(key.bytes) > known {
		t.shown, t.bytes = map[text]reading{}, 0
	}
	t.shown[key] = s
	t.bytes += len(key.bytes)
}

// read judges the bytes of a body by what describes them.
func (j *judging) read(described *body, bytes []byte) reading {
	if len(bytes) > memorable { // nor is it copied
		return j.readAnew(described, bytes)
	}
	key := text{j.op, j.answer, described, string(bytes)}
	s, ok := j.contract.bodies.find(key)
	if !ok {
		s = j.readAnew(described, bytes)
		j.contract.bodies.keep(key, s)
	}
	return s
}

func (j *judging) readAnew(described *body, bytes []byte) reading {
	document, flaws, ok := described.format.read(bytes)
	alone := judging{contract: j.contract, op: j.op, answer: j.answer, document: document}
	t := newTrail(described.schema)
	for _, f := range flaws {
		alone.wire(t, described.format, f)
	}
	if ok {
		alone.schema(t, described, document)
	}
	return reading{document, alone.violations, alone.drift, alone.disputes}
}
