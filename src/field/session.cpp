// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "field/session.hpp"

#include <mpi.h>
#include <petscsys.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "field/petsc.hpp"

#if defined(__SSE2__)
#include <pmmintrin.h>
#include <xmmintrin.h>
#endif

namespace myowave {
namespace {

bool has_launcher() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"})
    if (std::getenv(name)) return true;
  return false;
}

/// In a program that nobody launched as ranks, Open MPI probes every network for a quarter of a second,
/// in which it does nothing. What the user has set stays, and another MPI does not read these.
/// (ess_singleton_isolated would spare its daemon too, for a tenth of a second; but then all such
/// programs have one folder for what ranks share, and fall over each other there.)
void start_alone() {
  constexpr int keep = 0;
  setenv("OMPI_MCA_pml", "ob1", keep);
  setenv("OMPI_MCA_btl", "self", keep);
}

}  // namespace

Session::Session(int& argc, char**& argv) {
  int initialised = 0;
  MPI_Initialized(&initialised);
  if (!initialised) {
    if (!has_launcher()) start_alone();
    MPI_Init(&argc, &argv);
    owns_mpi_ = true;
  }
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
  // Options come from the environment (PETSC_OPTIONS), never from our command line.
  check(PetscInitializeNoArguments());
  check(PetscPushErrorHandler(PetscReturnErrorHandler, nullptr));
  check(PetscPopSignalHandler());
#if defined(__SSE2__)
  _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON);
  _MM_SET_DENORMALS_ZERO_MODE(_MM_DENORMALS_ZERO_ON);
#endif
}

Session::~Session() {
  PetscFinalize();
  if (owns_mpi_) MPI_Finalize();
}

namespace {

/// Who computes together: all ranks, unless Teams has split them.
MPI_Comm team = MPI_COMM_WORLD;

}  // namespace

MPI_Comm communicator() { return team; }

namespace parallel {

Teams::Teams(int count) : count_(std::clamp(count, 1, size())) {
  index_ = static_cast<int>(static_cast<std::int64_t>(rank()) * count_ / size());
  MPI_Comm mine;
  MPI_Comm_split(MPI_COMM_WORLD, index_, rank(), &mine);
  handle_ = MPI_Comm_c2f(mine);
}
Teams::~Teams() {
  MPI_Comm mine = MPI_Comm_f2c(handle_);
  MPI_Comm_free(&mine);
}

Teams::Scope::Scope(const Teams& teams) { team = MPI_Comm_f2c(teams.handle_); }
Teams::Scope::~Scope() { team = MPI_COMM_WORLD; }

std::vector<double> gather(const std::vector<double>& mine) {
  const int count = static_cast<int>(mine.size());
  std::vector<int> counts(static_cast<std::size_t>(size())), starts(counts.size() + 1, 0);
  MPI_Allgather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, team);
  for (std::size_t r = 0; r < counts.size(); ++r) starts[r + 1] = starts[r] + counts[r];
  std::vector<double> all(static_cast<std::size_t>(starts.back()));
  MPI_Allgatherv(mine.data(), count, MPI_DOUBLE, all.data(), counts.data(), starts.data(), MPI_DOUBLE,
                 team);
  return all;
}

std::string first_text(const std::string& text) {
  const int from = rank_of_min(text.empty() ? 1.0 : 0.0);
  auto length = static_cast<std::int64_t>(text.size());
  broadcast(&length, 1, from);
  std::string result = text;
  result.resize(static_cast<std::size_t>(length));
  MPI_Bcast(result.data(), static_cast<int>(length), MPI_CHAR, from, team);
  return result;
}

namespace {

template <class T>
T reduce(T value, MPI_Datatype type, MPI_Op operation) {
  T result;
  MPI_Allreduce(&value, &result, 1, type, operation, team);
  return result;
}

}  // namespace

double sum(double value) { return reduce(value, MPI_DOUBLE, MPI_SUM); }
void sum(std::span<const double> mine, std::span<double> total) {
  MPI_Allreduce(mine.data(), total.data(), static_cast<int>(mine.size()), MPI_DOUBLE, MPI_SUM, team);
}
double min(double value) { return reduce(value, MPI_DOUBLE, MPI_MIN); }
double max(double value) { return reduce(value, MPI_DOUBLE, MPI_MAX); }
std::int64_t sum(std::int64_t value) { return reduce(value, MPI_INT64_T, MPI_SUM); }
std::int64_t max(std::int64_t value) { return reduce(value, MPI_INT64_T, MPI_MAX); }
bool any(bool value) { return reduce(value ? 1 : 0, MPI_INT, MPI_MAX) != 0; }

std::int64_t sum_before(std::int64_t value) {
  std::int64_t before = 0;
  MPI_Exscan(&value, &before, 1, MPI_INT64_T, MPI_SUM, team);
  return rank() == 0 ? 0 : before;
}

int rank_of_min(double value) {
  struct {
    double value;
    int rank;
  } mine{value, rank()}, best{};
  MPI_Allreduce(&mine, &best, 1, MPI_DOUBLE_INT, MPI_MINLOC, team);
  return best.rank;
}

void broadcast(double* values, std::size_t count, int from) {
  MPI_Bcast(values, static_cast<int>(count), MPI_DOUBLE, from, team);
}
void broadcast(std::int32_t* values, std::size_t count, int from) {
  MPI_Bcast(values, static_cast<int>(count), MPI_INT32_T, from, team);
}
void broadcast(std::int64_t* values, std::size_t count, int from) {
  MPI_Bcast(values, static_cast<int>(count), MPI_INT64_T, from, team);
}
void barrier() { MPI_Barrier(team); }

bool all_arrive(double seconds) {
  MPI_Request request;
  MPI_Ibarrier(team, &request);
  const double start = MPI_Wtime();
  int done = 0;
  while (!done && MPI_Wtime() - start < seconds) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (!done) usleep(1000);
  }
  return done != 0;
}

void abort(int status) {
  MPI_Abort(MPI_COMM_WORLD, status);
  std::abort();
}

int rank() {
  int result;
  MPI_Comm_rank(team, &result);
  return result;
}
int size() {
  int result;
  MPI_Comm_size(team, &result);
  return result;
}

}  // namespace parallel
}  // namespace myowave
