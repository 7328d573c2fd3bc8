// Package routers shows the handlers of package middleware below a prefix of each common router.
package routers

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/labstack/echo/v4"
)

// Standard mounts h below /verify in a ServeMux, and guards /account.
func Standard(h http.Handler, verified func(http.Handler) http.Handler, account http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/verify/", h) // http.StripPrefix is not needed, and does no harm
	mux.Handle("GET /account", verified(account))
	return mux
}

// Chi does the same with chi.
func Chi(h http.Handler, verified func(http.Handler) http.Handler, account http.Handler) http.Handler {
	router := chi.NewRouter()
	router.Mount("/verify", h)
	router.With(verified).Get("/account", account.ServeHTTP)
	return router
}

// Gin does the same with Gin.
func Gin(h http.Handler, verified func(http.Handler) http.Handler, account http.Handler) http.Handler {
	router := gin.New()
	router.Any("/verify/*action", gin.WrapH(h))
	router.GET("/account", gin.WrapH(verified(account)))
	return router
}

// Echo does the same with Echo.
func Echo(h http.Handler, verified func(http.Handler) http.Handler, account http.Handler) http.Handler {
	router := echo.New()
	router.Any("/verify/*", echo.WrapHandler(h))
	router.GET("/account", echo.WrapHandler(account), echo.WrapMiddleware(verified))
	return router
}
