// Writes the tables of the detectors, so that a program that carries them starts at once:
// `doorward-tables FILE`. Runs when Doorward is built.
#include <fstream>

#include "detect/inspector.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string tables = doorward::detect::compiled_tables();
  std::ofstream out(argv[1], std::ios::binary);
  out.write(tables.data(), static_cast<std::streamsize>(tables.size()));
  return out.good() ? 0 : 3;
}
