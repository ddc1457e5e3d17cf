"""The machine: files, workers, command lines, clusters, devices."""
