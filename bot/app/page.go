package app

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"yiqun/bot"
	"yiqun/bot/service"
	"yiqun/cards/html"
	"yiqun/cards/paper"
)

// Pages serves what is reached at YIQUN_LISTEN: pages at signed addresses where
// publicURL is set, and the callbacks of adapters that have any. It is nil when there
// is nothing of the kind.
func (a *App) Pages(publicURL string) http.Handler {
	callbacks := Pages(a.opts.Adapters)
	if a.opts.Links == nil {
		return callbacks
	}
	mux := http.NewServeMux()
	if callbacks != nil {
		mux.Handle("/", callbacks)
	}
	page := http.HandlerFunc(a.page)
	mux.Handle("GET "+service.PagePath+"{token}", page)
	// A proxy may pass on the path of the public address or take it off.
	if u, err := url.Parse(publicURL); err == nil && strings.Trim(u.Path, "/") != "" {
		mux.Handle("GET "+strings.TrimRight(u.Path, "/")+service.PagePath+"{token}", page)
	}
	return mux
}

// page answers a signed address. What is refused is refused politely, and tells no more
// than that.
func (a *App) page(w http.ResponseWriter, r *http.Request) {
	protect(w.Header())
	p, err := a.Service.Page(r.Context(), r.PathValue("token"))
	if err != nil {
		a.refusePage(w, r, err)
		return
	}
	w.Header().Set("Content-Type", p.Type)
	if p.Name != "" {
		w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(p.Name))
	}
	_, _ = w.Write(p.Data)
}

// protect sets what keeps a page to itself: nothing runs in it, nobody frames it,
// keeps it, indexes it, or hears of its address.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", html.Policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

func (a *App) refusePage(w http.ResponseWriter, r *http.Request, why error) {
	status, text := http.StatusNotFound, bot.MessageOf(why)
	switch bot.CodeOf(why) {
	case bot.Expired:
		status = http.StatusGone
	case bot.NotFound, bot.Wrong:
	default:
		a.opts.Logger.ErrorContext(r.Context(), "page not shown", "error", why)
		status, text = http.StatusInternalServerError, "页面暂时打不开，请过一会儿再试。"
	}
	data, err := html.Paper(paper.Paper{Title: "打不开", Blocks: []paper.Block{paper.Paragraph{Text: text}}})
	if err != nil {
		http.Error(w, fmt.Sprint(status), status)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(data)
}
