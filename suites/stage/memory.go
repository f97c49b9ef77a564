package stage

import (
	"encoding/json"
	"fmt"
	"maps"

	"cartconform/suites/record"
)

// memory is what a play keeps from one spec to the next. It is guarded by the
// play's mu.
type memory struct {
	carts   map[int]string    // id of the cart in use, by lane
	others  map[int]string    // id of the buyer's second cart, by lane
	silence map[string]int    // unanswered calls in a row, by operation
	first   map[string]string // JSON; see First and Remember
}

// start gives what a spec of the lane begins with.
func (m *memory) start(lane int) record.Start {
	return record.Start{Cart: m.carts[lane], OtherCart: m.others[lane], Unanswered: maps.Clone(m.silence), First: maps.Clone(m.first)}
}

// Carts gives the ids of the carts that were found, or have moved, by lane.
func (p *Play) Carts() map[int]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.memory.carts)
}

// UseCarts makes known what another play found.
func (p *Play) UseCarts(carts map[int]string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.memory.carts = maps.Clone(carts)
}

// CartID gives the id of the lane's cart as it was last known; "" = unknown.
func (s *Stage) CartID() string {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	if id := s.play.memory.carts[s.lane]; id != "" {
		return id
	}
	return s.Lane().CartID
}

// OtherCartID gives the id of the buyer's second cart as it was last known; "" =
// the description names none.
func (s *Stage) OtherCartID() string {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	if id := s.play.memory.others[s.lane]; id != "" {
		return id
	}
	return s.Lane().OtherCartID
}

// UseCart notes that the lane's cart now has this id.
func (s *Stage) UseCart(id string) {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	if s.play.memory.carts == nil {
		s.play.memory.carts = map[int]string{}
	}
	s.play.memory.carts[s.lane] = id
}

// UseOtherCart notes that the buyer's second cart now has this id.
func (s *Stage) UseOtherCart(id string) {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	if s.play.memory.others == nil {
		s.play.memory.others = map[int]string{}
	}
	s.play.memory.others[s.lane] = id
}

// Taken tells the ids of all carts of all lanes, as described and as found, and
// "", which is none.
func (s *Stage) Taken() map[string]bool {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	taken := map[string]bool{"": true}
	for _, lane := range s.play.Target.Lanes {
		taken[lane.CartID], taken[lane.OtherCartID] = true, true
	}
	for _, known := range []map[int]string{s.play.memory.carts, s.play.memory.others} {
		for _, id := range known {
			taken[id] = true
		}
	}
	return taken
}

// First gives the first value that the run noted under key, which is value itself
// the first time: for what has to be brought back as it was in the beginning.
// Values must survive being written as JSON.
func First[T any](s *Stage, key string, value T) T {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	if first, noted := recall[T](&s.play.memory, key); noted {
		return first
	}
	s.play.memory.note(key, value)
	return value
}

// Remember notes a value under key for the specs that follow, whatever was noted
// there before. Values must survive being written as JSON.
func Remember[T any](s *Stage, key string, value T) {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	s.play.memory.note(key, value)
}

// Recall gives what was noted under key; the zero value when nothing was.
func Recall[T any](s *Stage, key string) T {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	value, _ := recall[T](&s.play.memory, key)
	return value
}

// note and recall write and read the notes. The play's lock is held.
func (m *memory) note(key string, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("stage: %s cannot be written as JSON: %v", key, err))
	}
	if m.first == nil {
		m.first = map[string]string{}
	}
	m.first[key] = string(text)
}

func recall[T any](m *memory, key string) (value T, noted bool) {
	text, noted := m.first[key]
	if !noted {
		return value, false
	}
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		panic(fmt.Sprintf("stage: %s cannot be read back: %v", key, err))
	}
	return value, true
}

// deaf is after how many unanswered calls in a row an operation is not asked
// again: with a target.timeout of 30 s, a hanging operation that 150 specs need
// would otherwise cost 75 minutes.
const deaf = 3

// heard notes whether an operation answered.
func (p *Play) heard(operation string, answered bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if answered {
		delete(p.memory.silence, operation)
		return
	}
	if p.memory.silence == nil {
		p.memory.silence = map[string]int{}
	}
	p.memory.silence[operation]++
}

// deafTo reports whether an operation left its last calls unanswered.
func (p *Play) deafTo(operation string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return operation != "" && p.memory.silence[operation] >= deaf
}
