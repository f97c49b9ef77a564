package stage

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"cartconform/spec"
	"cartconform/suites/record"
)

// Send sends a call in the spec's lane and judges the exchange: each violation
// that the contract sees becomes a finding of the requirement it belongs to.
func (s *Stage) Send(ctx context.Context, call Call) (*spec.Exchange, spec.Judgement) {
	call, silent := s.prepare(call)
	if silent != nil {
		return silent, spec.Judgement{}
	}
	x := s.play.Sender.Send(ctx, call)
	return x, s.take(ctx, call, x)
}

// Answer is what came of one of several calls.
type Answer struct {
	Exchange  *spec.Exchange
	Judgement spec.Judgement
	sent      bool
}

// Together is Send for several calls at the same moment. The answers come in the
// order of the calls, in which they are judged, too, so that what comes out does
// not depend on who was faster.
func (s *Stage) Together(ctx context.Context, calls ...Call) []Answer {
	clients := make([][]Call, len(calls))
	for i, call := range calls {
		clients[i] = []Call{call}
	}
	var answers []Answer
	for _, client := range s.Crowd(ctx, clients...) {
		answers = append(answers, client...)
	}
	return answers
}

// Crowd is Together for clients each of which sends its calls one after the other,
// all of them at the same time. Every call has its place before the first is
// sent. A client whose call stays unanswered sends no more: it has answers to the
// calls up to that one.
func (s *Stage) Crowd(ctx context.Context, clients ...[]Call) [][]Answer {
	answers := make([][]Answer, len(clients))
	start := make(chan struct{})
	var done sync.WaitGroup
	for c, calls := range clients {
		prepared := make([]Answer, len(calls))
		placed := make([]Call, len(calls))
		for i, call := range calls {
			placed[i], prepared[i].Exchange = s.prepare(call)
		}
		done.Go(func() {
			<-start
			for i, call := range placed {
				if prepared[i].Exchange == nil {
					prepared[i].Exchange, prepared[i].sent = s.play.Sender.Send(ctx, call), true
				}
				answers[c] = append(answers[c], prepared[i])
				if prepared[i].Exchange.Response == nil {
					return
				}
			}
		})
	}
	close(start)
	done.Wait()
	for c, calls := range clients {
		for i := range answers[c] {
			if a := &answers[c][i]; a.sent {
				a.Judgement = s.take(ctx, calls[i], a.Exchange)
			}
		}
	}
	return answers
}

// prepare gives a call its place. For one that is not to be sent it gives the
// exchange without an answer.
func (s *Stage) prepare(call Call) (Call, *spec.Exchange) {
	call.Spec, call.Lane = s.name, s.lane
	silent := s.play.deafTo(call.Operation) && !s.Judging(s.play.Works[call.Operation])
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	call.Again, s.again = s.again, false
	if silent {
		return call, &spec.Exchange{Operation: call.Operation, Spec: s.name, Lane: s.lane, Err: fmt.Errorf(
			"%s left its last %d calls unanswered and was not asked again", call.Operation, deaf)}
	}
	*s.calls++
	call.Ordinal = *s.calls
	return call, nil
}

// take notes and judges what came of a call.
func (s *Stage) take(ctx context.Context, call Call, x *spec.Exchange) spec.Judgement {
	if lost := (*Unrecorded)(nil); errors.As(x.Err, &lost) {
		s.lose(ctx, lost)
		return spec.Judgement{}
	}
	s.play.mu.Lock()
	s.gone = s.gone || s.cutShort && x.Cut && !call.Abandoned
	s.masked = s.masked || x.Masked
	s.play.mu.Unlock()
	if call.Control {
		return spec.Judgement{}
	}
	s.play.mu.Lock()
	s.exchanges++
	if x.Response != nil {
		s.answered++
	}
	s.evidence = x
	s.waited += x.Duration
	if s.asked == nil {
		s.asked = map[string]int{}
	}
	s.asked[x.Operation]++
	if s.attempt != nil {
		*s.attempt = append(*s.attempt, x)
	}
	s.play.mu.Unlock()
	if !x.Cut {
		s.play.heard(call.Operation, x.Response != nil)
	}
	j := s.play.Contract.Judge(x)
	if s.rehearsal {
		return j
	}
	s.play.mu.Lock()
	s.served[call.Operation] = s.served[call.Operation] || x.Response != nil && s.play.Serves(x, j.Document)
	s.play.mu.Unlock()
	if call.Unjudged {
		return j
	}
	for _, v := range j.Violations {
		s.violation(x, v)
	}
	for _, d := range j.Drift {
		s.play.Records.Drift(record.Drift{Kind: string(d.Kind), Operation: d.Operation, Status: d.Status,
			Where: d.Where, Value: d.Value, Exchange: x.ID})
	}
	return j
}

// lose ends a spec that asked what the recording cannot answer: from here on
// nothing that it sees or does not see counts. What is done outside specs
// goes on without an answer, and the spec that it belongs to is not passed.
func (s *Stage) lose(ctx context.Context, lost *Unrecorded) {
	if s.cutShort {
		end(ctx, record.Interrupted, errInterrupted.Error())
	}
	if !s.rehearsal {
		end(ctx, record.Inconclusive, lost.Error())
	}
	if s.of != nil {
		s.of.note(record.Inconclusive, lost.Error())
	}
}
