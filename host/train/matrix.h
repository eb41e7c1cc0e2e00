// Eigen's matrices over our buffers: row-major, float32, no threads of Eigen's own.
#pragma once

#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>

namespace mote {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixMap = Eigen::Map<Matrix>;
using ConstMatrixMap = Eigen::Map<const Matrix>;

inline ConstMatrixMap as_matrix(const float* values, uint64_t rows, uint64_t columns) {
  return {values, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns)};
}
inline MatrixMap as_matrix(float* values, uint64_t rows, uint64_t columns) {
  return {values, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns)};
}

}  // namespace mote
