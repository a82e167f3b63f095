// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace myowave {

/// MPI and PETSc from start to end of the program; one per process, the first object in main.
/// Also sets flush-to-zero: gates decay towards 0, and denormals would cost a hundredfold there.
class Session {
 public:
  Session(int& argc, char**& argv);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool first() const { return rank_ == 0; }

 private:
  int rank_ = 0, size_ = 1;
  bool owns_mpi_ = false;
};

/// Collective reductions and small exchanges over all ranks of the run, or within a Teams::Scope over
/// those of the team.
namespace parallel {

/// The ranks split into teams of neighbours that each compute something by themselves. To be made and
/// destroyed on all ranks, outside any scope.
class Teams {
 public:
  /// At most as many teams as ranks.
  explicit Teams(int count);
  ~Teams();
  Teams(const Teams&) = delete;
  Teams& operator=(const Teams&) = delete;

  int count() const { return count_; }
  int index() const { return index_; }

  /// While it lives, what is collective is so in the team alone: layouts and solvers that are made, and
  /// the functions below. Scopes do not nest.
  class Scope {
   public:
    explicit Scope(const Teams& teams);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
  };

 private:
  int count_, index_, handle_;
};

double sum(double value);
/// Sums by element: `total` has the size of `mine`.
void sum(std::span<const double> mine, std::span<double> total);
double min(double value);
double max(double value);
std::int64_t sum(std::int64_t value);
std::int64_t max(std::int64_t value);
bool any(bool value);
/// Sum of `value` over the ranks before this one.
std::int64_t sum_before(std::int64_t value);
/// Rank that holds the smallest value; ties go to the lower rank.
int rank_of_min(double value);
void broadcast(double* values, std::size_t count, int from);
void broadcast(std::int32_t* values, std::size_t count, int from);
void broadcast(std::int64_t* values, std::size_t count, int from);
/// The lists of all ranks, one after the other.
std::vector<double> gather(const std::vector<double>& mine);
/// The text of the lowest rank whose text is not empty; empty if there is none.
std::string first_text(const std::string& text);
void barrier();
/// Whether every rank calls this within `seconds`. For the end of the program, after an error.
bool all_arrive(double seconds);
/// Ends all ranks at once.
[[noreturn]] void abort(int status);
int rank();
int size();

}  // namespace parallel

}  // namespace myowave
