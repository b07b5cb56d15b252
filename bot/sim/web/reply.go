package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
)

// refusal is an answer of 422: the request was understood and cannot be done. Its
// text is for the person at the page.
type refusal string

func (r refusal) Error() string { return string(r) }

// post makes a handler of a function that takes the decoded body and returns the
// answer. It insists on JSON, which a form on another page cannot send.
func post[In any](do func(In) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		in, err := decode[In](r)
		if err != nil {
			fail(w, statusOf(err), "请求看不懂。")
			return
		}
		out, err := do(in)
		if err != nil {
			fail(w, http.StatusUnprocessableEntity, sentence(err))
			return
		}
		reply(w, http.StatusOK, out)
	}
}

func decode[In any](r *http.Request) (in In, err error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return in, fmt.Errorf("content type %q is not application/json", kind)
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return in, fmt.Errorf("reading the body: %w", err)
	}
	return in, nil
}

func statusOf(err error) int {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

func sentence(err error) string {
	if r, ok := errors.AsType[refusal](err); ok {
		return string(r)
	}
	return "没有做成。"
}

func fail(w http.ResponseWriter, status int, text string) {
	reply(w, status, map[string]string{"error": text})
}

func reply(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "cannot encode the answer", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a reader gone away is nobody's error
}
