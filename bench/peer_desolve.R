#!/usr/bin/env Rscript
# peer_desolve.R [--json]: the race case (bench/race_case.h) by R's deSolve, ode.1D: method of lines, lsoda and vode with
# a banded Jacobian. Compiled solvers, the right-hand side in R, vectorised. Processor time of ode.1D alone, best of two.
# The reference is the same river on 2,000 and 4,000 cells with a tolerance of 1e-7, extrapolated: nothing of qinghe's.
json <- "--json" %in% commandArgs(TRUE)

say <- function(row, value = NULL, unit = "s", error = NULL, skipped = NULL) {
  if (!json) {
    cat("peer:", row, if (is.null(skipped)) sprintf("%.4g %s, error %.2g", value, unit, error) else skipped, "\n")
  } else if (!is.null(skipped)) {
    cat(sprintf('{"protocol":1,"group":"peer","row":"%s","skipped":"%s"}\n', row, skipped))
  } else {
    cat(sprintf('{"protocol":1,"group":"peer","row":"%s","value":%.6g,"unit":"%s","error":%.3g}\n', row, value, unit, error))
    cat(sprintf('{"protocol":1,"group":"peer","plot":"precision","curve":"deSolve","x":%.6g,"y":%.6g}\n', error, value))
  }
}

if (!suppressWarnings(requireNamespace("deSolve", quietly = TRUE))) {
  say("deSolve ode.1D", skipped = "R has no package deSolve (r-cran-desolve)")
  quit(status = 0)
}

area <- 40; dispersion <- 20; rate <- 0.25 / 86400; length <- 100e3
sections <- c(10e3, 30e3, 50e3, 70e3, 90e3)
hours <- seq(0, 240) * 3600

# Cells of dx; fluxes by central differences; outfalls lie on faces and go half into either side, as in the textbook loop.
river <- function(n) {
  dx <- length / n
  face <- seq(0, n)
  entered <- function(at, flow) { # water of an outfall above a face
    beyond <- face - at / dx
    flow * ifelse(beyond > 0.5, 1, ifelse(beyond > -0.5, 0.5, 0))
  }
  discharge <- 20 + entered(20e3, 0.5) + entered(60e3, 0.8)
  source <- numeric(n)
  for (k in list(c(20e3, 25), c(60e3, 24))) {
    i <- round(k[1] / dx)
    source[c(i, i + 1)] <- source[c(i, i + 1)] + k[2] / 2
  }
  volume <- area * dx
  g <- area * dispersion / dx
  inner <- 2:n
  change <- function(t, c, inflow) {
    flux <- c(20 * inflow + 2 * g * (inflow - c[1]),
              discharge[inner] * (c[-n] + c[-1]) / 2 + g * (c[-n] - c[-1]),
              discharge[n + 1] * c[n])
    list((flux[-(n + 1)] - flux[-1] + source) / volume - rate * c)
  }
  # The steady state to begin from, by elimination down the river.
  up <- discharge[-(n + 1)]; down <- discharge[-1]
  lower <- up / 2 + g; upper <- g - down / 2; diagonal <- up / 2 - down / 2 - 2 * g - rate * volume
  diagonal[1] <- -(down[1] / 2) - 3 * g - rate * volume
  diagonal[n] <- up[n] / 2 - g - down[n] - rate * volume
  b <- -source; b[1] <- b[1] - (20 + 2 * g) * 15
  for (i in 2:n) {
    m <- lower[i] / diagonal[i - 1]
    diagonal[i] <- diagonal[i] - m * upper[i - 1]
    b[i] <- b[i] - m * b[i - 1]
  }
  start <- numeric(n)
  start[n] <- b[n] / diagonal[n]
  for (i in (n - 1):1) start[i] <- (b[i] - upper[i] * start[i + 1]) / diagonal[i]
  list(change = change, start = start, at = round(sections / dx))
}

# Before and after the step at 24 h; the integrator starts anew there, as qinghe's do.
solve <- function(r, method, tolerance) {
  parts <- list(list(hours[hours <= 86400], 15), list(hours[hours >= 86400], 30))
  state <- r$start
  out <- NULL
  for (p in parts) {
    y <- deSolve::ode.1D(state, p[[1]], r$change, p[[2]], nspec = 1, method = method, rtol = tolerance, atol = tolerance,
                         maxsteps = 1e6)
    y <- y[, -1]
    state <- y[nrow(y), ]
    out <- rbind(out, if (is.null(out)) y else y[-1, ])
  }
  (out[, r$at] + out[, r$at + 1]) / 2
}

fine <- solve(river(4000), "lsode", 1e-7)
coarse <- solve(river(2000), "lsode", 1e-7)
reference <- fine + (fine - coarse) / 3
for (method in c("lsoda", "vode")) {
  for (tolerance in c(1e-3, 1e-4, 1e-5)) {
    r <- river(2000)
    seconds <- Inf
    for (k in 1:2) seconds <- min(seconds, sum(system.time(result <- solve(r, method, tolerance))[1:2]))
    say(sprintf("deSolve ode.1D, %s, 2,000 cells, tolerance %g", method, tolerance), seconds, "s",
        max(abs(result - reference)) / 30)
  }
}
