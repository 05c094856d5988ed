# Quantiles by R. One request a line: name, path of the float64 probabilities, two shapes; one line of JSON back.
input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) > 0) {
  request <- strsplit(line, "\t")[[1]]
  p <- readBin(request[2], "double", n = file.size(request[2]) / 8)
  shapes <- as.numeric(request[3:4])
  start <- sum(proc.time()[1:2])
  found <- switch(request[1],
    quantile_t = qt(p, shapes[1]),
    quantile_f = qf(p, shapes[1], shapes[2]),
    quantile_beta = qbeta(p, shapes[1], shapes[2])
  )
  ms <- 1000 * (sum(proc.time()[1:2]) - start)
  cat(sprintf('{"ms":%g,"values":[%s]}\n', ms, paste(sprintf("%.17g", found[1:50]), collapse = ",")))
  flush(stdout())
}
