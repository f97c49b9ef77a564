package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"cartconform/suites/target"
)

// Control sends a control request with its placeholders filled: {{name}} stands
// for values[name]. key is that of the target description. The spec ends when the
// target does not do it.
func Control(ctx context.Context, key string, hook *target.Hook, values map[string]string) {
	if hook == nil {
		Inconclusive(ctx, "%s is missing from the target description", key)
	}
	c := Call{
		Control: true, Method: hook.Method,
		Path: fill(hook.Path, values, url.PathEscape), Body: []byte(fill(hook.Body, values, jsonText)),
		Header: http.Header{"Content-Type": {"application/json"}},
	}
	for name, value := range hook.Header {
		c.Header.Set(name, value)
	}
	if len(c.Body) == 0 {
		c.Body = nil
	}
	switch x, _ := Of(ctx).Send(ctx, c); {
	case x.Response == nil:
		Inconclusive(ctx, "%s did not work: no answer: %v", key, x.Err)
	case x.Response.Status/100 != 2:
		Inconclusive(ctx, "%s did not work: status %d with %s", key, x.Response.Status, Short(string(x.Response.Body)))
	}
}

func fill(template string, values map[string]string, escape func(string) string) string {
	for name, value := range values {
		template = strings.ReplaceAll(template, "{{"+name+"}}", escape(value))
	}
	return template
}

// jsonText escapes a text for the inside of a JSON string.
func jsonText(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("stage: %q cannot be written as JSON: %v", s, err))
	}
	return string(quoted[1 : len(quoted)-1])
}
