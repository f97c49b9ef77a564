package businesscart

import (
	"context"
	"slices"
	"time"

	"cartconform/suites/stage"
)

// atOnce sends n copies of a call at the same moment and gives their answers.
func atOnce(ctx context.Context, n int, c stage.Call) []*Reply {
	return together(ctx, slices.Repeat([]stage.Call{c}, n)...)
}

// together sends several calls at the same moment and gives their answers. Like
// ask it ends the spec when one stays unanswered.
func together(ctx context.Context, calls ...stage.Call) []*Reply {
	s := stage.Of(ctx)
	var answers []*Reply
	for _, answer := range s.Together(ctx, calls...) {
		answers = append(answers, replyOf(s, answer.Exchange, answer.Judgement))
	}
	for _, answer := range answers {
		answer.mustExist(ctx)
	}
	return answers
}

// abandon sends a call and gives it up after some patience, as a client does
// whose connection breaks: nobody knows whether the target saw the request.
func abandon(ctx context.Context, patience time.Duration, c stage.Call) {
	hasty, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c.Abandoned = true
	try(hasty, c)
	stage.Of(ctx).Pause(ctx, 50*time.Millisecond) // until it has done what it will do
}
