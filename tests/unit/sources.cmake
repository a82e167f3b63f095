# The unit tests of units, text, mesh, tissue, configuration and ionic models.
set(MYOWAVE_UNIT_SOURCES
    unit/beat_maps_test.cpp
    unit/cell_model_test.cpp
    unit/config_faults_test.cpp
    unit/config_resolved_test.cpp
    unit/config_test.cpp
    unit/ionic_kernel_test.cpp
    unit/ionic_phenomenological_reference_test.cpp
    unit/ionic_reference_test.cpp
    unit/mesh_test.cpp
    unit/simd_test.cpp
    unit/text_test.cpp
    unit/tissue_test.cpp
    unit/units_test.cpp)
